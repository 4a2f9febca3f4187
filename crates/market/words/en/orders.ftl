orders-order = Order
orders-items = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
orders-about = about { $a }
orders-all-farms = All { $n } farms

# Statuses, for customers and for farms
orders-status-placed = Placed
orders-status-confirmed = Confirmed
orders-status-being-packed = Being packed
orders-status-ready = Ready
orders-status-on-its-way = On its way
orders-status-missed = Not collected
orders-status-collected = Collected
orders-status-complete = Complete
orders-status-cancelled = Cancelled
orders-status-new = New
orders-status-to-pack = To pack
orders-status-packing = Packing

# Buttons
orders-do-confirm = Confirm
orders-do-pack = Start packing
orders-do-ready = Mark ready
orders-do-send-out = Send out
orders-do-missed = Mark not collected
orders-do-hand-over = Hand over
orders-do-complete = Complete
orders-do-cancel = Cancel this order
orders-do-undo = Undo

# Track: one line for the whole order
orders-track-title = { $now }, order { $code }
orders-now-placed = Order placed
orders-now-confirmed = Confirmed
orders-now-confirmed-all = All { $n } farms confirmed
orders-now-confirmed-some = { $m } of { $n } farms confirmed
orders-now-packing = Being packed
orders-now-packing-all = All { $n } farms are packing
orders-now-packing-some = { $m } of { $n } farms packing
orders-now-ready = Ready to collect
orders-now-ready-all = All { $n } farms ready
orders-now-ready-some = { $m } of { $n } farms ready
orders-now-on-its-way = On its way
orders-now-collected = Collected
orders-now-collected-some = Collected from { $m } of { $n } farms
orders-now-complete = Order complete
orders-now-missed = Not collected
orders-now-missed-some = { $m } of { $n } farms not collected
orders-now-cancelled = Order cancelled

orders-collect-you = Collect { $a },
orders-collect = Collection { $a },
orders-advice-ready = Show the code at the stall.
orders-advice-waiting = { $n ->
    [one] One farm is not ready yet.
   *[other] { $n }{"\u00A0"}farms are not ready yet.
}
orders-advice-collected = Last step { $a }.
orders-advice-missed = The window is over. Ask { $a } what happens with it.
orders-advice-cancelled = There is nothing to collect.
orders-advice-staff = For { $a }.

orders-step-of = { $a }, step { $n } of 5
orders-step-done = { $a }, done
orders-step-now = { $a }, now
orders-step-to-come = { $a }, to come

orders-note-cancelled = { $a } cancelled its part
orders-note-cancelled-for = Cancelled: { $a }
orders-note-missed = Not collected: { $a }
orders-note-short = { $product }: { $got } instead of { $asked }
orders-note-none = { $product } is not available
orders-note-off = { $farm }, { $off } off

orders-ticket-show = Show at the stall
orders-ticket-collect = Collection
orders-ticket-qr = QR code for order { $a }
orders-ticket-when = Collect { $a }
orders-ticket-where = Where
orders-ticket-map = Open map

orders-h-farms = Farms
orders-h-history = What happened
orders-h-items = What was ordered
orders-h-items-you = What you ordered
orders-items-from = Items from { $a }
orders-since = { $status } since { $moment }

orders-line = { $qty } × { $price }
orders-line-about = About { $qty } × { $price }, final after weighing
orders-line-weighed = { $qty } × { $price }, weighed
orders-line-none = Not available
orders-sum-items = Items
orders-sum-settled = Settled when it was collected
orders-sum-open = Final after weighing.
orders-sum-was = Was { $a } when ordered.
orders-fee = Fee
orders-fee-order = Market fee
orders-fee-farm = Fee per farm
orders-fee-market = Market share
orders-fee-tax = Tax
orders-pay-stall = To pay at the stall
orders-pay-total = Total
orders-pay-paid = Paid
orders-pay-reserved = Charged when packed
orders-pay-awaiting = Not paid yet
orders-pay-failed = Payment did not work
orders-pay-voided = Nothing to pay
orders-pay-farm = This farm’s part

# History
orders-did-place-you = You placed the order
orders-did-place = { $a } placed the order
orders-did-confirm = { $farms } confirmed the order
orders-did-pack = { $farms } started packing
orders-did-ready = { $n ->
    [one] { $farms } is ready
   *[other] { $farms } are ready
}
orders-did-send-out = { $n ->
    [one] { $farms } is on its way
   *[other] { $farms } are on their way
}
orders-did-miss = Not collected: { $farms }
orders-did-collect = Collected from { $farms }
orders-did-complete = Complete: { $farms }
orders-did-cancel = { $farms } cancelled
orders-did-cancel-for = Cancelled: { $farms }
orders-did-change-you = You changed the order: { $a }
orders-did-change = { $a } changed the order: { $lines }
orders-changed-line = { $product } { $from } → { $to }
orders-changed-none = taken out
orders-packed-less = { $farm } could pack { $to } of { $from } of { $product }
orders-packed-none = { $farm } could pack none of { $from } of { $product }
orders-packed-other = { $farm } packed { $to } of { $product } instead of { $from }
orders-did-cancel-you = You cancelled { $farms }
orders-did-undo = { $farms }: back to “{ $status }”
orders-by-itself = By itself
orders-by-market = The market
orders-by-customer = The customer

orders-reason-customer = The customer asked for it
orders-reason-customer-you = You asked for it
orders-reason-farm = The farm declined
orders-reason-stock = Out of stock
orders-reason-weather = Weather
orders-reason-payment = Payment did not work
orders-reason-no-show = Nobody came
orders-reason-market = The market was cancelled
orders-reason-fraud = Blocked for safety
orders-reason-other = Another reason

# Look-up
orders-look-title = Follow your order
orders-look-lead = Give its code and your address. We mail you its link.
orders-look-none-title = We cannot show this order
orders-look-none-lead = The address is wrong, or the order is not yours. Have its link mailed to you.
orders-look-old-title = This link is no longer good
orders-look-old-lead = Have a new one mailed to you.
orders-look-sent-title = Look into your mail
orders-look-sent-lead = If this matches an order, we have sent you its link.
orders-look-h = Your order
orders-look-code = Order code
orders-look-code-hint = For example FM-7Q4K2D
orders-look-email = E-mail address
orders-look-email-hint = The one you ordered with
orders-look-go = Mail me the link
orders-look-errors = There is something to check:
orders-look-bad-code = An order code has two letters, a dash and six characters.
orders-look-bad-email = An e-mail address looks like name@example.org.
orders-mail-subject = { $a }: the link to your order
orders-mail-hello = Hello { $a },
orders-mail-lead = here you follow order { $a }, with its code for the stall.
orders-mail-go = Follow the order
orders-mail-else = Whoever has this link can see the order. You did not ask for it? Then leave this mail alone.
orders-mail-heading = The link to your order
orders-mail-why = You get this mail because somebody asked for the link of an order that was placed with this address at { $a }.

# Board
orders-board-orders = { $n ->
    [one] { $n } order
   *[other] { $n } orders
}
orders-board-field = Field
orders-board-mode = mode
orders-board-farms = Farms
orders-board-filter = Filter by status
orders-show-all = All
orders-show-collected = Collected
orders-show-problem = Problem
orders-board-no-day = No market day is planned yet.
orders-board-no-orders = No orders for { $a } so far. They appear here by themselves.
orders-board-none-such = No order is in this state now.
orders-board-show-all = Show all
orders-board-sending = Sending
orders-board-failed = Not sent. Tap again.
orders-board-more = More
orders-board-weigh = { $n ->
    [one] To weigh: one item
   *[other] To weigh: { $n } items
}
orders-board-code = Code the customer shows
orders-board-no-code = No code at hand
orders-board-why = Why you hand over without it
orders-board-reason = Reason for cancelling
orders-board-choose = Choose a reason
orders-board-open = Order and history
orders-board-undo-why = Why it is taken back
orders-board-changed = { $n ->
    [one] { $n } order changed
   *[other] { $n } orders changed
}
orders-board-moved = It was changed meanwhile. This is how it stands now.
orders-board-forbidden = The board is for this market’s farms and staff. Sign in as one.
orders-end-late = Collected late
orders-end-donated = Given away

# Units
orders-unit-bag = { $n ->
    [one] bag
   *[other] bags
}
orders-unit-block = { $n ->
    [one] block
   *[other] blocks
}
orders-unit-bottle = { $n ->
    [one] bottle
   *[other] bottles
}
orders-unit-box = { $n ->
    [one] box
   *[other] boxes
}
orders-unit-bunch = { $n ->
    [one] bunch
   *[other] bunches
}
orders-unit-dozen = { $n ->
    [one] dozen
   *[other] dozen
}
orders-unit-four = { $n ->
    [one] pack of 4
   *[other] packs of 4
}
orders-unit-head = { $n ->
    [one] head
   *[other] heads
}
orders-unit-jar = { $n ->
    [one] jar
   *[other] jars
}
orders-unit-litre = { $n ->
    [one] litre
   *[other] litres
}
orders-unit-loaf = { $n ->
    [one] loaf
   *[other] loaves
}
orders-unit-pack = { $n ->
    [one] pack
   *[other] packs
}
orders-unit-piece = { $n ->
    [one] piece
   *[other] pieces
}
orders-unit-pot = { $n ->
    [one] pot
   *[other] pots
}
orders-unit-punnet = { $n ->
    [one] punnet
   *[other] punnets
}
orders-unit-six = { $n ->
    [one] box of 6
   *[other] boxes of 6
}

# Refusals
orders-forbidden = You may see this order but not take this step. Ask the market.
orders-list-forbidden = A list of orders needs an account. Sign in, or open an order’s link.
orders-cannot-go = An order cannot go from { $from } to { $to }. Look at it again.
orders-nothing-to-undo = There is no step left to take back.
orders-undo-too-late = More than 15 minutes have passed. Ask the market’s manager.
orders-undo-note = Say why it is taken back.
orders-undo-version = Say which version you saw: expected_version.
orders-unknown-status = There is no such status. The API’s description has them all.
orders-unknown-reason = There is no such reason. The API’s description has them all.
orders-unknown-ending = There is no such ending. LATE and DONATED are known.
orders-bad-note = A note has 1 to 500 characters and no control characters.
orders-bad-key = An idempotency key has 1 to 100 visible characters.
orders-key-reused = This key was used for another request. Make a new one.
orders-bad-cursor = The cursor cannot be read. Take it from the previous page.
orders-bad-limit = The limit is a number from 1 to 200.
orders-guard-payment = The payment is not settled yet. Try again when it is.
orders-guard-payment-expired = The payment is still good.
orders-guard-weighed = Weigh what is priced by weight first.
orders-guard-delivery = This order is collected, not delivered. Hand it over at the stall.
orders-guard-own-stall = It has to be ready before it is handed over here.
orders-guard-proof = This is not the order’s code. Read it again, or say why none is shown.
orders-guard-window-over = The collection window is not over yet. Wait until it is.
orders-guard-window-ahead = The collection window is over. Mark it collected late or given away.
orders-guard-ending = Say how it ended: collected late or given away.
orders-guard-two-days = It completes by itself two days after it was handed over.
orders-guard-cutoff = Changes closed at the cut-off. Ask the farm or the market.
orders-guard-reason = Choose a reason for cancelling.
orders-place-empty = The order has no lines. Add a product first.
orders-place-long = An order holds 100 lines at most. Make two orders.
orders-place-twice = A product stands in two lines. Name each once, with its whole quantity.
orders-place-window = There is no such window. Choose one of the windows on offer.
orders-place-unknown = One of the products is not sold here. Look it up again.
orders-place-sum = The sum is too large. Order less.
orders-place-closed = Orders for this day are closed. Choose another day.
orders-place-early = Orders for this day are not open yet. Come back when they are.
orders-place-full = This window is full. Choose another one.
orders-place-gone = { $product } is not on sale any more. Take it out and order again.
orders-place-season = { $product } is out of season on this day. Take it out and order again.
orders-place-days = { $product } is not offered on this day. Take it out or choose another day.
orders-place-sold-out = { $product } is sold out. Take it out and order again.
orders-place-short = Only { $left } of { $product } is left. Order less of it.
orders-place-quantity = The quantity of { $product } must be above zero and a multiple of { $step }.
orders-place-name = Enter a name of 1 to 80 letters.
orders-place-email = Enter an e-mail address, like ana@example.org.
orders-place-phone = Enter a telephone number with 6 to 15 digits, or leave it out.
orders-place-note = A note holds up to 300 letters, for a farm of this order.
orders-place-number = Write quantities as decimal numbers with up to three decimals, like "0.75".
orders-change-title = Change order { $a }
orders-change-until = Until { $a } you can change it or cancel it.
orders-change-errors = This was not changed
orders-change-closed = This farm packs already, or its part is over.
orders-change-zero = Zero takes a product out.
orders-change-save = Save changes
orders-change-cancel = Cancel the whole order
orders-change-back = Back to the order
orders-change-link = Change or cancel
orders-change-late = The cut-off has passed. Ask the farm.
orders-change-packing = { $product } is being packed. Ask the farm.
orders-change-line = There is no such line in this order. Load it again.
orders-change-twice = { $product } stands there twice. Say its quantity once.
orders-change-short = So much of { $product } is not there any more. Choose less.
orders-change-quantity = The quantity of { $product } must be zero or a multiple of { $step }, up to 1000.

# One's own orders
orders-mine-title = Your orders
orders-mine-none = There are no orders yet.
orders-mine-shop = See what the farms have
orders-mine-older = Older orders
orders-look-no-code = Type the order’s code: it stands on the page and in the mails of your order.
orders-guard-no-code = Type the code that the customer shows, or say why there is none.

orders-day-title = Market day
orders-day-orders = orders
orders-day-ready = ready to hand over
orders-day-late = farms late
orders-day-cash = to take in cash or card
orders-day-applied = { $n ->
    [one] { $n } farm waits for an answer
   *[other] { $n } farms wait for an answer
}
orders-day-applied-more = It cannot sell before.
orders-day-applied-go = See it
orders-no-farms = No farm sells at this market yet. Under Farms stands how they apply.
orders-day-need-you = { $n ->
    [0] Nothing needs you
    [one] { $n } thing needs you
   *[other] { $n } things need you
}
orders-day-not-begun = { $farm } has not begun: { $n } to pack.
orders-day-not-packed = { $farm } is not done: { $n } to pack.
orders-day-of = { $ready } of { $all } are ready.
orders-day-missed = { $n ->
    [one] { $n } order of { $farm } was not collected.
   *[other] { $n } orders of { $farm } were not collected.
}
orders-day-missed-more = Write to the customers, or cancel.
orders-day-who = See who
orders-day-board = Open its board
orders-day-none = There are no orders for this day yet.
orders-day-table = Orders by farm and status
orders-day-farm = Farm
orders-day-is-late = Late
orders-day-cash-due = Cash due
orders-day-farms = { $n ->
    [one] { $n } farm
   *[other] { $n } farms
}
orders-day-windows = Who comes when
orders-day-taken = { $taken } of { $capacity }

orders-list-status = Status
orders-list-farm = Farm
orders-list-day = Day
orders-list-place = Place
orders-list-text = Code or name
orders-list-any = Any
orders-list-show = Show
orders-list-csv = Save as CSV
orders-list-none = No order fits. Leave out a filter.
orders-list-older = Older
orders-list-saved = Saved filters
orders-list-keep-as = Name of this filter
orders-list-keep-hint = Only you see it, above the list.
orders-list-keep = Keep this filter
orders-list-forget = Forget “{ $a }”
orders-list-keep-name = Give it a name of 1 to 40 characters on one line.
orders-list-keep-full = You keep 20 filters already. Forget one first.
orders-list-keep-nothing = Choose something to filter by first: this list shows every order.
orders-list-missed = Not collected
orders-list-to-pack = To pack
orders-list-is-ready = Ready
orders-list-all = All
orders-list-to = Move the ticked ones to
orders-list-reason = Reason, to cancel
orders-list-go = Move
orders-list-tick = Tick { $a }
orders-list-done = { $n ->
    [one] { $n } order was moved
   *[other] { $n } orders were moved
}
orders-list-results = Not every order was moved
orders-list-moved = moved
orders-list-moved-part = { $n } parts moved, { $left } not
orders-list-already = was there already
orders-list-elsewhere = Somebody moved it meanwhile. Look at it again.
orders-list-none-picked = No order is ticked. Tick one.
orders-list-too-many = Tick 100 orders at most.
orders-list-no-goal = Choose where to move them.
orders-list-no-reason = Choose a reason to cancel.
orders-list-bad-cursor = This page is not there. Begin with the newest.
