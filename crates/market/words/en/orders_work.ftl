# A farm's day
orders-work-nav = Farm
orders-work-today = Today

# One order, packed
orders-pack-so-far = { $done } of { $n } packed
orders-pack-full = Packed in full
orders-pack-but = { $n ->
    [one] Packed, 1 short
   *[other] Packed, { $n } short
}
orders-pack-tick = { $a } packed
orders-pack-of = Short of { $a }
orders-pack-chilled = Chilled
orders-pack-weighed = Weighed { $qty }, { $sum }
orders-pack-instead = Instead: { $a }
orders-pack-assumed = Packed in full, nobody said otherwise
orders-pack-weigh = Weigh
orders-pack-short = Short
orders-pack-got = How much there is, of { $a }
orders-pack-weight = Weight in kg, about { $a }
orders-pack-note = What goes in instead
orders-pack-note-hint = The customer reads it. Leave it empty if nothing does.
orders-pack-see = See the new total
orders-pack-next = Next
orders-pack-problem = Cancel it
orders-pack-customer = Customer
orders-pack-call = Call { $a }
orders-pack-mail = Write an e-mail
orders-pack-stop = This order was cancelled. Do not pack it.
orders-pack-stop-packing = Stop packing: this order was cancelled. Put the goods back.
orders-pack-got-of = { $got } of { $asked }
orders-pack-off = { $a } comes off.
orders-pack-on = { $a } is added.
orders-pack-same = The price stays.
orders-pack-before = This farm’s part so far
orders-pack-after = New total
orders-pack-told = The customer’s page and bill change with it.
orders-pack-save = Save
orders-pack-back = Back, change nothing
orders-pack-closed = This order is over. Nothing is packed any more.
orders-pack-no-line = There is no such line in this order. Load it again.
orders-pack-weigh-first = Weigh it first, then tick it off.
orders-pack-too-much = { $most } at most. More is another order.
orders-pack-nothing-left = Nothing would be left. Cancel the order instead.
orders-pack-number = Enter how much there is, such as 2 or 0.75.
orders-pack-note-bad = A note has up to 200 characters on one line.

# The board: what comes first, several at once
orders-board-several = Select several
orders-board-tick = Select { $a }
orders-board-tick-all = Tick all
orders-board-tick-none = Tick none
orders-board-whole = { $n ->
    [one] Show 1 more
   *[other] Show { $n } more
}
orders-board-here = Is at the stall
orders-board-here-now = { $a } is at the stall
orders-board-missed = Nobody came for it
orders-board-not-come = Becomes “Not collected” at { $a }
orders-board-stop = Stop: cancelled while it was packed
orders-board-late = Late: its window has begun
orders-board-short = { $n ->
    [one] 1 item short
   *[other] { $n } items short
}
orders-bulk-title = { $done } of { $n } orders changed
orders-bulk-none = Tick at least one order first.
orders-bulk-many = At most { $a } orders at once. Filter first.
orders-bulk-back = Back to the board
orders-bulk-refused = Not changed
orders-bulk-done = Changed
orders-bulk-gone = This order is not there any more.

# Harvest
orders-work-harvest = Harvest
orders-work-pack = Pack
orders-harvest-so-far = { $done } of { $n } done
orders-harvest-not-final = Final at { $until }, { $orders } so far.
orders-harvest-final = Final, { $a }.
orders-harvest-none = Nothing is ordered for this day so far.
orders-harvest-nowhere = Without a place
orders-harvest-things = { $n ->
    [one] 1 thing
   *[other] { $n } things
}
orders-harvest-tick = { $a } is there
orders-harvest-short = { $a } short
orders-harvest-have = How much there is, of { $a }
orders-harvest-csv = Table (CSV)
orders-harvest-csv-place = Place
orders-harvest-csv-product = Product
orders-harvest-csv-unit = Unit
orders-harvest-csv-need = Needed
orders-harvest-csv-have = There is
orders-harvest-csv-orders = Orders

# Slips and labels
orders-pack-slip = Slip
orders-slip-title = Slips
orders-slip-labels = Labels
orders-slip-count = { $n ->
    [one] 1 order to pack
   *[other] { $n } orders to pack
}
orders-slip-how = Printed, each is a sheet of its own, A4 or Letter.
orders-slip-label-count = { $n ->
    [one] 1 label
   *[other] { $n } labels
}
orders-slip-label-how = Printed, each is 100 × 62 mm. Choose no margins.
orders-slip-open = Open and tick
orders-slip-cold = Keep chilled
orders-slip-items = Items for { $a }
orders-slip-packed = Packed
orders-slip-many = How many
orders-slip-what = What
orders-slip-where = Where
orders-slip-nth = { $nth } of { $of }

# At the stall
orders-work-more = More
orders-work-team = Team
orders-here-say = I am here
orders-here-known = The farms know that you are here, since { $a }
orders-here-not-yet = You can say so on the day, once something is ready.
orders-stall-title = Check-in
orders-stall-search = Code or name
orders-stall-hint = Or scan the customer’s code with the phone’s camera.
orders-stall-find = Find
orders-stall-found = { $n ->
    [0] Nobody found
    [one] 1 found
   *[other] { $n } found
}
orders-stall-unknown = No order of this day has that code or name. Look at the letters again.
orders-stall-left = Not come yet
orders-stall-so-many = { $n } of { $of } still to come
orders-stall-here = Here since { $a }
orders-stall-done = Collected { $at }, { $who }
orders-stall-collected = Collected
orders-stall-other-day = It is for another day: { $window }, { $place }.
orders-stall-other-stall = None of your boxes is in it. It is collected at { $place }, { $window }.

# Running late
orders-late-title = Running late
orders-late-window = Window
orders-late-minutes = How late
orders-late-by = { $n } min late
orders-late-customers = { $n ->
    [one] 1 customer
   *[other] { $n } customers
}
orders-late-goes-to = { $n ->
    [one] This goes to 1 customer
   *[other] This goes to { $n } customers
}
orders-late-left = { $n ->
    [0] Customers were told three times today, which is the most.
    [one] 1 more message today.
   *[other] { $n } more messages today.
}
orders-late-told = Told at { $a }: { $b }
orders-late-note = { $farm } is running { $n } min late
orders-late-more = Come a little later. Your order is kept for you.
orders-late-not = { $a } is on time after all
orders-late-preview = Show what is sent
orders-late-send = Tell them
orders-late-back = Back, tell nobody
orders-late-on-time = On time after all
orders-late-none = Nobody waits for an order in a window that is still to come.
orders-late-nobody = Nobody waits in this window. Choose another.
orders-late-minutes-bad = Choose how many minutes.
orders-late-often = Customers were told three times today. Tell them at the stall.
