# What happened: the heading of a mail, the first words in the list
notices-placed = Your order is placed
notices-placed-lead = Your order went to { $a }.
notices-placed-more = We write again when the farms have answered, and when it is ready to collect.
notices-confirmed = Your order is confirmed
notices-confirmed-lead = Confirmed by { $a }.
notices-confirmed-waiting = { $n ->
    [one] One farm has not answered yet. The order’s page shows when it does.
   *[other] { $n } farms have not answered yet. The order’s page shows when they do.
}
notices-preparing = Your order is being packed
notices-preparing-lead = { $a } started packing.
notices-ready = Your order is ready
notices-ready-lead = Ready to collect: { $a }.
notices-ready-later = { $n ->
    [one] One farm’s part is collected elsewhere and comes later.
   *[other] { $n } farms’ parts are collected elsewhere and come later.
}
notices-out = Your order is on its way
notices-out-lead = { $a } is on the way to you.
notices-missed = Not collected
notices-missed-lead = Nobody collected what { $a } had ready.
notices-missed-more = It is kept for now. Ask the market what is possible: another day, somebody else, or given away.
notices-receipt = Collected
notices-receipt-lead = Handed over: { $a }. This is the receipt.
notices-cancelled = Your order is cancelled
notices-cancelled-part = A part of your order is cancelled
notices-cancelled-lead = Cancelled: { $a }. Reason: { $reason }.
notices-cancelled-no-reason = Cancelled: { $a }.
notices-cancelled-unpaid = You pay nothing for it.
notices-cancelled-paid = What you paid for it is paid back.
notices-cancelled-reserved = It is not charged.
notices-cancelled-rest = The rest of the order stands.
notices-changed = Your order is changed
notices-changed-lead = Your change went to { $a }.
notices-late = Your order is running late
notices-moved = When you collect has changed
notices-moved-lead = Collect at { $now }. It was { $was }.
notices-on-time = On time after all
notices-short = Your order is packed with changes
notices-short-lead = { $a } packed other quantities than you ordered.
notices-short-more = You pay for what is packed.
notices-farm-packed = The market changed what is packed
notices-farm-packed-lead = An order for { $a } is packed with other quantities.
notices-farm-lines = A customer changed an order
notices-farm-lines-lead = An order for { $a } has other quantities now.
notices-corrected = A step was taken back
notices-corrected-lead = What we told you last of { $a } was too early. We write again when it is so. The order’s page shows how it stands.
notices-farm-new = New order
notices-farm-new-lead = A new order for { $a }.
notices-farm-new-more = It is collected { $a }. Confirm it on the board.
notices-farm-changed = An order has a new date
notices-farm-changed-lead = An order for { $a } that nobody collected is ready again.
notices-farm-collected-lead = The customer has what { $a } packed.
notices-farm-missed-lead = Nobody collected what { $a } had ready.
notices-cancelled-farm = An order was cancelled
notices-farm-cancelled-more = Take it off your list. What is packed can be sold again.

# Mails
notices-mail-items = What is in it
notices-mail-changes = What changed
notices-mail-product = Product
notices-mail-before = Before
notices-mail-now = Now
notices-mail-more = { $n ->
    [one] And { $n } more. The order’s page lists all.
   *[other] And { $n } more. The order’s page lists all.
}
notices-mail-collect = Collect { $a }
notices-mail-code = Say or show this code
notices-mail-code-none = Order
notices-mail-show-code = Show the code and QR
notices-mail-follow = Follow the order
notices-mail-open = Open the order
notices-mail-possible = See the order
notices-mail-for = For { $a }
notices-mail-why = You get this mail because you ordered as { $a }. Whoever has its link can see the order.
notices-mail-why-farm = You get this mail at { $a } because you lead this farm’s team.

# The page
notices-title = Notices
notices-nav = { $n ->
    [0] Notices
    [one] Notices, { $n } unread
   *[other] Notices, { $n } unread
}
notices-lead = { $n ->
    [0] All read.
    [one] { $n } unread.
   *[other] { $n } unread.
}
notices-none = Nothing new. What happens to your orders appears here by itself.
notices-order = Order { $a }
notices-unread = Unread
notices-read = Mark as read
notices-read-of = Mark as read: { $a }
notices-read-all = Mark all as read
notices-older = Older notices
notices-newest = Newest notices
notices-bad-cursor = The page cannot be found by this address. Begin at the newest.
