shop-title = Tienda
shop-order-by = Pide hasta { $by } para { $day }
shop-collect-at = Recogida { $day }, { $hours }, en { $place }.
shop-collect = Recogida { $day }, { $hours }.
shop-closed = La tienda está cerrada
shop-opens = Se aceptan pedidos de nuevo desde { $a }. Hasta entonces puedes mirar.
shop-no-day = Ningún día de mercado acepta pedidos. Puedes mirar hasta el próximo.
shop-search = Buscar productos y granjas
shop-search-hint = Puerros, queso, una granja
shop-search-go = Buscar
shop-categories = Categorías
shop-products = Productos
shop-all = Todo
shop-none = Aquí no hay nada así.
shop-more-products = Ver más
shop-total = { $n ->
    [one] { $n } producto
   *[other] { $n } productos
}
shop-stock-left = Quedan { $a }
shop-stock-plenty = Hay de sobra
shop-stock-out = Agotado
shop-stock-season = Fuera de temporada
shop-stock-days = No se ofrece ese día
shop-weighed = Se pesa para ti
shop-steps = De { $a } en { $a }
shop-add = Añadir
shop-less = Menos { $a }
shop-more = Más { $a }
shop-bar = { $n ->
    [one] { $n } producto, { $sum }
   *[other] { $n } productos, { $sum }
}
shop-to-cart = Ir a la cesta
shop-back = Volver a la tienda
shop-farms = Granjas
shop-no-farms = Aún no vende ninguna granja.
shop-paused = En pausa
shop-farm-paused = Esta granja no vende ahora
shop-farm-none = Esta granja no tiene nada a la venta ahora.
shop-allergens = Contiene
shop-diets = Dieta
