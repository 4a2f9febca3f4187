accounts-login-title = Sign in
accounts-login-lead = With your password, or by a link that we send you.
accounts-login-email = Your e-mail address
accounts-login-send = Send me a link
accounts-login-bad-email = This is no complete e-mail address. Write it like name@example.org.
accounts-login-old = This link was used before or is older than 15 minutes. Ask for a new one.
accounts-sent-title = Look at your mail
accounts-sent-lead = If we know { $a }, a link is on its way. It is good for 15 minutes.
accounts-sent-again = Another address
accounts-confirm-title = Sign in as { $a }
accounts-confirm-lead = One tap and you are in.
accounts-confirm-go = Sign in

accounts-mail-subject = Your link to sign in
accounts-mail-hello = Hello { $a },
accounts-mail-lead = this link signs you in at { $a }. It is good for 15 minutes and works once.
accounts-mail-go = Sign in
accounts-mail-else = You did not ask for it? Then nothing has happened; leave this mail alone.

accounts-form-errors = Not sent yet:
accounts-name = Your name
accounts-name-bad = Write your name in one line of at most 100 characters.
accounts-login-password = Password
accounts-login-go = Sign in
accounts-login-new = Make an account
accounts-login-forgotten = Forgot the password, or never had one
accounts-login-no-password = Type your password, or let us send you a link.
accounts-login-wrong = Address and password do not belong together, or the address is not confirmed yet. Try again, or let us send you a link.

accounts-password-hint = At least { $shortest } characters; several words are easy to keep in mind.
accounts-password-short = The password needs at least 10 characters. Add a word or two.
accounts-password-long = The password is longer than 256 bytes. Shorten it.
accounts-password-own = The password is your own name or address. Take something that nobody guesses.
accounts-password-common = This password is on every list of common ones. Take something that nobody guesses.

accounts-signup-title = Make an account
accounts-signup-lead = Then your orders are in one place, on every device.
accounts-signup-go = Make the account
accounts-signup-known = I have an account: sign in
accounts-signup-sent = We have sent a mail to { $a }. Press the button in it within 15 minutes, then you are in.
accounts-signup-confirm = Welcome, { $a }
accounts-signup-confirm-lead = One tap confirms { $a } and signs you in.
accounts-signup-confirm-go = Confirm the address
accounts-signup-old = This link was used before or is older than 15 minutes. If you have used it, sign in; if not, start again.
accounts-signup-again = Start again

accounts-reset-title = Set a new password
accounts-reset-lead = We send you a link that sets it.
accounts-reset-for = A new password for { $a }
accounts-reset-for-lead = Every other device is signed out.
accounts-reset-new = New password
accounts-reset-go = Set the password

accounts-mail-signup-subject = Confirm your address
accounts-mail-signup-lead = this link confirms your address and signs you in at { $a }. It is good for 15 minutes and works once.
accounts-mail-known-subject = You already have an account
accounts-mail-known-lead = somebody, probably you, wanted to make an account at { $a } with this address. You have one already: sign in with your password, or ask for a link there.
accounts-mail-known-else = It was not you? Then nothing has happened; leave this mail alone.
accounts-mail-reset-subject = Your link for a new password
accounts-mail-reset-lead = with this link you set a new password at { $a }. It is good for 15 minutes and works once.
accounts-mail-changed-subject = Your password was changed
accounts-mail-changed-lead = the password of your account at { $a } was changed, and every other device was signed out.
accounts-mail-changed-else = It was not you? Set a new one at once by the link above, and tell the market.
accounts-mail-moved-subject = Your address was changed
accounts-mail-moved-lead = your account at { $a } now has another e-mail address; mails no longer come here.
accounts-mail-moved-else = It was not you? Tell the market at once.
