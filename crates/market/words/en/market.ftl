market-skip = Skip to content
market-nav = Market
market-board = Board
market-sign-in = Sign in
market-sign-out = Sign out, { $a }

market-live-on = Live,
market-live-idle = Updates when you reload, as of
market-live-off = Not connected, as of
market-live-as-of = As of
market-live-again = Check again

market-today = today
market-tomorrow = tomorrow
market-yesterday = yesterday
market-date = { $weekday } { $day }{"\u00A0"}{ $month }
market-date-short = { $weekday } { $day }{"\u00A0"}{ $month }
market-list = { $most } and { $last }
market-weekday = { $n ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
market-weekday-short = { $n ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
market-month = { $n ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
market-month-short = { $n ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}

market-home-follow = Follow your order
market-home-orders = Your orders
market-home-board = Open the board
market-home-farms = For farms
market-home-sign-in = Sign in

market-error-400 = The request cannot be read. Go back and try again.
market-error-401 = This needs a session or a valid token.
market-error-401-page = This page is for people with an account. Sign in, or make one.
market-error-403-site = This was sent from another site. Open the page here and try again.
market-error-404 = There is nothing here that you may see. Check the address.
market-error-405 = This address does not do that. The Allow header lists what it does.
market-error-408 = The request took too long to arrive. Send it again.
market-error-412 = Somebody changed this meanwhile: it is at version { $version } now. Read it again.
market-error-413 = The request is larger than 256 KB. Send less.
market-error-415 = The body has to be JSON, with Content-Type: application/json.
market-error-415-form = The body has to be a form.
market-error-421 = This address is not served here. Use the market's own address.
market-error-422 = Something in the request is wrong.
market-error-429 = Too many tries. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
market-error-500 = Something broke on our side. Nothing was changed; try again in a minute.
market-error-503 = A part of the market does not answer. Nothing was changed; try again in a minute.
market-error-full = The market’s disk is full, so nothing can be saved now. Your change was not made; try again in a few minutes.
market-error-unsaved = Your change could not be saved, and nothing of it was kept. Try again.
market-error-not-tried = Not tried, because the one before it could not be saved. Try again in a few minutes.
market-error-doubt = The answer to your change got lost: we do not know whether it was made. Look first, and do it again only if it is not there.
market-error-reference = If you ask us about it, name this: { $a }
market-error-home = To the start page

market-title-400 = Cannot be read
market-title-401 = Sign in first
market-title-403 = Not allowed
market-title-404 = Not found
market-title-405 = Not possible here
market-title-408 = Too slow
market-title-409 = Not possible now
market-title-412 = Changed meanwhile
market-title-413 = Too large
market-title-415 = Wrong kind of content
market-title-421 = Wrong address
market-title-422 = Something is wrong
market-title-429 = Too many tries
market-title-500 = Something broke
market-title-503 = Not available now

market-bad-field = A value cannot be used: { $problem }
market-bad-json = The body is not valid JSON: { $problem }
market-bad-form = The form lacks a field, or one cannot be used.
market-bad-text = The body is not text in UTF-8.
market-one-host = A request names exactly one Host.
market-scope = This token lacks the scope { $scope }. Make one that has it.
market-managers-only = This page is for the market's managers. Sign in as one of them.
market-shop = Shop
market-farms = Farms
market-cart = Cart
market-form-saved = Saved
market-form-errors = Something has to be mended
market-manage = Manage
market-menu = Menu
market-find-order = Find your order
market-show-all = Show everything
market-form-now = Now: { $a }
market-form-now-empty = Now empty
market-form-stale = Somebody changed this meanwhile. What is different now stands at its field; save again to keep yours.
market-form-moved = Somebody changed this meanwhile. This is how it is now.
market-unknown-field = There is no field { $field } here. Leave it out.
market-missing-field = The field { $field } is missing. Add it.
market-twice-field = The field { $field } stands there twice. Send it once.
market-wrong-kind = The field { $field } has a value of the wrong kind. The API’s description names the right one.

market-saved = Saved copy from
market-unsent = Not sent: you are offline. What you typed is still here.
market-update = A new version is ready.
market-update-take = Reload
market-offline-title = Saved pages
market-offline-instead = Not connected. This page is not saved on this phone.
market-offline-what = Pages you open while connected are saved on this phone, for you alone. Signing out deletes them.
market-offline-none = Nothing is saved yet. Open your order once while you are connected.
market-offline-insecure = Saving pages needs an address that begins with https. All else works.
market-offline-again = Try again
market-offline-signed-out = The saved pages are deleted. Sign out again once you are connected.
