markets-nav = Manage the market
markets-days = Market days
markets-places = Collection places
markets-overview = Day
markets-orders = Orders
markets-people = People
markets-audit = Audit
markets-settings = Settings
markets-mails = Mails

markets-days-ahead = Ahead
markets-days-over = Over
markets-days-none = No market day is planned. Plan the first one.
markets-day-new = Plan a market day
markets-day-copy = Copy the last day, a week later
markets-day-new-lead = All times are local: { $a }.
markets-day-needs-place = A market day needs a place to collect at. Add a place first.
markets-day-date = Date
markets-day-opens = Orders open
markets-day-opens-hint = From here on customers can order for this day.
markets-day-cutoff = Cut-off
markets-day-cutoff-hint = The last moment to order or to change an order.
markets-day-window = Collection window { $n }
markets-day-window-new = Another collection window
markets-day-place = Place
markets-day-from = From
markets-day-to = To
markets-day-capacity = Orders at most
markets-day-remove = Remove this window
markets-day-keep-draft = Keep it as a draft for now
markets-day-create = Plan this day
markets-day-tell = Move it and tell them
markets-day-tell-how-many = { $n ->
    [one] One order is collected in what you moved. Its customer will be told by e-mail and in the app.
   *[other] { $n } orders are collected in what you moved. Their customers will be told by e-mail and in the app.
}
markets-day-save = Save changes
markets-day-hours = Orders from { $from } to { $to }
markets-day-window-line = { $hours }, { $place }: { $taken } of { $capacity } taken

markets-day-bad-date = Write the date as year, month and day.
markets-day-date-past = This date is over. Choose a later one.
markets-day-date-taken = There is a market day on this date already. Change that one.
markets-day-bad-moment = Write a date and a time.
markets-day-cutoff-early = The cut-off has to come after orders open.
markets-day-cutoff-past = This cut-off is over. Choose a later one.
markets-day-cutoff-late = The cut-off has to come before the first window begins.
markets-day-no-window = A market day needs a collection window. Fill in one.
markets-day-bad-place = Choose one of the places.
markets-day-bad-time = Write a time, such as 9:00.
markets-day-ends-early = The window has to end after it begins.
markets-day-bad-capacity = Write how many orders fit, from 1 to 100,000.
markets-day-window-has-orders = This window has orders. It cannot be removed.
markets-day-window-filled = More orders came in meanwhile than this window would hold. Allow more.
markets-day-fixed = This day is over. It can no longer be changed.
markets-day-no-such-step = This day cannot do that now. Choose one of the steps below.
markets-day-past-cutoff = The cut-off is over. Set a later one first.

markets-status-draft = Draft
markets-status-scheduled = Planned
markets-status-open = Open for orders
markets-status-closed = Closed for orders
markets-status-harvested = Harvested
markets-status-distributed = Handed over
markets-status-settled = Settled
markets-status-cancelled = Cancelled
markets-step-schedule = Announce it
markets-step-open = Open for orders now
markets-step-close = Close for orders now
markets-step-reopen = Open for orders again
markets-step-cancel = Cancel this day
markets-step-restore = Plan it again

markets-places-all = All places
markets-places-none = There is no place yet. Add the first one.
markets-place-new = Add a place
markets-place-save = Save place
markets-place-name = Name of the place
markets-place-name-hint = As people call it, such as Riverside Square.
markets-place-address = Address of the place
markets-place-access = Access (optional)
markets-place-access-hint = Steps, parking, which door to use.
markets-place-map = Link to a map (optional)
markets-place-map-hint = It begins with https://.
markets-place-bad-name = Write a name of at most 80 characters.
markets-place-bad-address = Write an address of at most 160 characters.
markets-place-bad-access = Write one line of at most 200 characters.
markets-place-bad-map = This is no complete https:// address. Copy it from the map's page.

markets-set-lead = What the market is called, where and when it lives, what it charges.
markets-set-lead-orders = The currency stays { $a }: there are orders in it.
markets-set-choose = Choose one
markets-set-name = Name of the market
markets-set-address = Address of the market
markets-set-address-hint = It stands at the foot of every page and in mails.
markets-set-zone = Time zone
markets-set-zone-hint = Choose the place whose clock the market follows.
markets-set-lang = Language of mails
markets-set-lang-hint = For people whose own language is not known. Pages are in the language of each browser.
markets-set-currency = Currency
markets-set-currency-hint = It cannot be changed once there are orders.
markets-set-prefix = Letters before order codes
markets-set-prefix-hint = One to four letters or digits: FM makes FM-7Q4K2D.
markets-set-tax = Prices and tax
markets-set-tax-in = Prices include tax
markets-set-tax-on-top = Tax is added on top
markets-set-fees = Fees of the market
markets-set-fee-goods = Share of the goods, in percent
markets-set-fee-goods-hint = From 0 to 100, such as 5.5.
markets-set-fee-payer = Who pays this share
markets-set-payer-farm = The farm
markets-set-payer-customer = The customer
markets-set-fee-order = Paid by the customer for each order
markets-set-fee-farm = Paid by the customer for each farm in an order
markets-set-fee-hint = An amount from 0 to 100, such as 1.50.
markets-set-save = Save settings
markets-set-bad-name = Write a name of at most 60 characters.
markets-set-bad-address = Write an address of at most 160 characters.
markets-set-bad-zone = Choose a time zone.
markets-set-bad-lang = Choose one of the languages.
markets-set-bad-currency = Choose one of the currencies.
markets-set-currency-fixed = There are orders in the present currency. It stays.
markets-set-bad-prefix = Write one to four letters or digits.
markets-set-bad-tax = Choose how prices are shown.
markets-set-bad-number = Write a number from 0 to 100 with at most two decimals.
markets-set-bad-payer = Choose who pays.

markets-day-taken = { $n ->
    [one] { $n } order is in it.
   *[other] { $n } orders are in it.
}
markets-day-orders = { $n ->
    [one] { $n } order
   *[other] { $n } orders
}
markets-day-capacity-taken = { $n ->
    [one] { $n } order is in it already. Allow at least as many.
   *[other] { $n } orders are in it already. Allow at least as many.
}
markets-day-has-open-orders = { $n ->
    [one] { $n } order is still open. Cancel or complete it first.
   *[other] { $n } orders are still open. Cancel or complete them first.
}

markets-role-customer = customer
markets-role-guest = guest
markets-role-farm-owner = farm owner
markets-role-farm-manager = farm manager
markets-role-farm-staff = farm staff
markets-role-pickup-host = collection host
markets-role-driver = driver
markets-role-market-manager = market manager
markets-role-admin = admin
markets-role-system = the platform
