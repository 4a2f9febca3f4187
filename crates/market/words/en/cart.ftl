cart-title = Your cart
cart-steps = Checkout
cart-step-cart = Cart
cart-step-details = 1 Details
cart-step-pickup = 2 Pickup
cart-step-confirm = 3 Confirm
cart-errors = This stands in the way
cart-empty = Nothing is in your cart yet.
cart-to-shop = Go to the shop
cart-more = Add more
cart-remove = Take out
cart-price = { $product } is now { $now }, was { $was }.
cart-gone = { $a } is not on sale any more. Take it out to go on.
cart-season = { $a } is out of season on this day. Take it out to go on.
cart-days = { $a } is not offered on this day. Take it out or choose another day.
cart-sold-out = { $a } is sold out. Take it out to go on.
cart-short = Only { $left } of { $product } is left. Take less to go on.
cart-step = { $product } comes in steps of { $step }. Change the quantity to go on.
cart-accept = Keep them at the new price
cart-items = { $n ->
    [one] { $n } product
   *[other] { $n } products
} from { $farms ->
    [one] { $farms } farm
   *[other] { $farms } farms
}
cart-sum = What it costs
cart-total = Total
cart-about = About
cart-weighed = Final after weighing
cart-to-details = Continue to details
cart-pay = You pay at the stall.
cart-full = A cart holds 100 products. Take one out first.
cart-which = Say which product to change.
cart-wrong-none = Choose a quantity above zero.
cart-wrong-much = That is more than one order can hold. Choose less.
cart-wrong-step = Choose a multiple of { $step }.
cart-h-details = Your details
cart-details-lead = The farms see your name. The address gets the link that follows your order.
cart-name = Name
cart-email = E-mail address
cart-email-hint = Your order's link goes here.
cart-phone = Telephone, if you like
cart-phone-hint = For questions on the market day.
cart-bad-name = Enter your name, up to 80 letters.
cart-bad-email = Enter an e-mail address, like ana@example.org.
cart-bad-phone = Enter a telephone number with 6 to 15 digits, or leave it empty.
cart-to-pickup = Continue to pickup
cart-guest = No account is needed.
cart-sign-in = Sign in
cart-h-pickup = When and where
cart-which-window = Choose when you collect
cart-no-windows = No market day takes orders now. Your cart is kept.
cart-full-window = Full
cart-left = { $n ->
    [one] { $n } place left
   *[other] { $n } places left
}
cart-bad-window = Choose a time that has places left.
cart-notes = A note for a farm, if you like
cart-bad-note = A note holds up to 300 letters.
cart-to-confirm = Continue to confirm
cart-h-confirm = Check and order
cart-collect = To collect
cart-when = When
cart-where = Where
cart-change-pickup = Change time or notes
cart-you = You
cart-change-details = Change your details
cart-place = Place order
cart-until = You can change or cancel it until { $a }.
cart-sum-changed = The sum has changed since you saw it. Check it and order again.
cart-thanks = Your order is placed
cart-thanks-mail = We are sending you a mail with the link that follows it.
cart-follow = Follow your order
cart-next = What happens next
cart-show-code = At the stall, show your code.
