setup-step = Step { $n } of 3. Each step is saved.
setup-next = Save and go on
setup-finish = Finish
setup-skip = Add places and days later
setup-market = Set up your market
setup-owner = Your account
setup-owner-name = Your name
setup-owner-email = Your e-mail address
setup-owner-email-hint = Links to sign in are sent there. You are signed in at once.
setup-owner-bad-name = Write a name of at most 80 characters.
setup-owner-bad-email = This is no complete e-mail address. Write it like name@example.org.
setup-place = Where and when people collect
setup-week = The weekly market
setup-week-weekday = Weekday
setup-week-from = Collecting from
setup-week-to = Collecting to
setup-week-capacity = Orders at most
setup-week-cutoff-day = Cut-off day
setup-week-cutoff = Cut-off time
setup-week-bad-weekday = Choose a weekday.
setup-week-bad-time = Write a time, such as 9:00.
setup-week-bad-capacity = Write how many orders fit, from 1 to 100,000.
setup-week-bad-cutoff = The cut-off has to come before collecting begins.
setup-week-ends-early = Collecting has to end after it begins.

setup-waiting = This market is being set up
setup-waiting-lead = Come back soon: orders open when it is ready.
setup-waiting-operator = You run it? Open the link that the terminal showed at the start.
setup-new-link = For a new link, run this on the server, with the flags of market serve:
setup-old = This link opens nothing any more
setup-old-lead = It is older than 30 minutes, or it never was one. What you saved is kept.
setup-over = This market is set up
setup-over-lead = Set-up links open nothing any more. Sign in to manage it.
setup-over-login = Sign in
setup-done = { $a } is ready
setup-done-lead = What a new market needs next:
setup-done-farms = How farms come to you
setup-done-days = See market days
setup-done-settings = Set fees and tax
setup-done-home = See the start page

setup-week-days-before = { $n ->
    [0] The same day
    [one] { $n } day before
   *[other] { $n } days before
}
