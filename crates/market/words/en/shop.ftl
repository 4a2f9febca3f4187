shop-title = Shop
shop-order-by = Order by { $by } for { $day }
shop-collect-at = Collect { $day }, { $hours }, at { $place }.
shop-collect = Collect { $day }, { $hours }.
shop-closed = The shop is closed
shop-opens = Orders are taken again from { $a }. You can look around until then.
shop-no-day = No market day is open for orders. You can look around until the next one.
shop-search = Search products and farms
shop-search-hint = Leeks, cheese, a farm
shop-search-go = Search
shop-categories = Categories
shop-products = Products
shop-all = All
shop-none = Nothing here fits.
shop-more-products = Show more
shop-total = { $n ->
    [one] { $n } product
   *[other] { $n } products
}
shop-stock-left = { $a } left
shop-stock-plenty = Plenty
shop-stock-out = Sold out
shop-stock-season = Out of season
shop-stock-days = Not on this market day
shop-weighed = Weighed for you
shop-steps = In steps of { $a }
shop-add = Add
shop-less = Less { $a }
shop-more = More { $a }
shop-bar = { $n ->
    [one] { $n } product, { $sum }
   *[other] { $n } products, { $sum }
}
shop-to-cart = Go to cart
shop-back = Back to the shop
shop-farms = Farms
shop-no-farms = No farm sells here yet.
shop-paused = Paused
shop-farm-paused = This farm is not selling now
shop-farm-none = This farm has nothing on sale now.
shop-allergens = Contains
shop-diets = Diet
