accounts-login-title = Sign in
accounts-login-lead = For farms and market staff. We send you a link; there is no password to remember.
accounts-login-email = Your e-mail address
accounts-login-send = Send me a link
accounts-login-bad-email = This is no complete e-mail address. Write it like name@example.org.
accounts-login-old = This link was used before or is older than 15 minutes. Ask for a new one.
accounts-sent-title = Look at your mail
accounts-sent-lead = If we know { $a }, a link is on its way. It is good for 15 minutes.
accounts-sent-again = Another address
accounts-confirm-title = Sign in as { $a }
accounts-confirm-lead = One tap and you are in. This device stays signed in for 12 hours.
accounts-confirm-go = Sign in

accounts-mail-subject = Your link to sign in
accounts-mail-hello = Hello { $a },
accounts-mail-lead = this link signs you in at { $a }. It is good for 15 minutes and works once.
accounts-mail-go = Sign in
accounts-mail-else = You did not ask for it? Then nothing has happened; leave this mail alone.
