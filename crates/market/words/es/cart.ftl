cart-title = Tu cesta
cart-steps = Compra
cart-step-cart = Cesta
cart-step-details = 1 Datos
cart-step-pickup = 2 Recogida
cart-step-confirm = 3 Confirmar
cart-errors = Esto impide seguir
cart-empty = Aún no hay nada en tu cesta.
cart-to-shop = Ir a la tienda
cart-more = Añadir más
cart-remove = Quitar
cart-price = { $product } cuesta ahora { $now }, antes { $was }.
cart-gone = { $a } ya no se vende. Quítalo para seguir.
cart-season = { $a } está fuera de temporada ese día. Quítalo para seguir.
cart-days = { $a } no se ofrece ese día. Quítalo o elige otro día.
cart-sold-out = { $a } se ha agotado. Quítalo para seguir.
cart-short = De { $product } solo quedan { $left }. Pide menos para seguir.
cart-step = { $product } se vende de { $step } en { $step }. Cambia la cantidad para seguir.
cart-accept = Mantenerlos al precio nuevo
cart-items = { $n ->
    [one] { $n } producto
   *[other] { $n } productos
} de { $farms ->
    [one] { $farms } granja
   *[other] { $farms } granjas
}
cart-sum = Lo que cuesta
cart-total = Total
cart-about = Aproximadamente
cart-weighed = Definitivo tras pesarlo
cart-to-details = Seguir con tus datos
cart-pay = Pagas en el puesto.
cart-full = En una cesta caben 100 productos. Quita uno antes.
cart-which = Di qué producto quieres cambiar.
cart-wrong-none = Elige una cantidad mayor que cero.
cart-wrong-much = Es más de lo que cabe en un pedido. Elige menos.
cart-wrong-step = Elige un múltiplo de { $step }.
cart-h-details = Tus datos
cart-details-lead = Las granjas ven tu nombre. A la dirección llega el enlace para seguir tu pedido.
cart-name = Nombre
cart-email = Correo electrónico
cart-email-hint = Aquí llega el enlace de tu pedido.
cart-phone = Teléfono, si quieres
cart-phone-hint = Para preguntas el día del mercado.
cart-bad-name = Escribe tu nombre, hasta 80 letras.
cart-bad-email = Escribe un correo electrónico, como ana@example.org.
cart-bad-phone = Escribe un teléfono de 6 a 15 cifras, o déjalo vacío.
cart-to-pickup = Seguir con la recogida
cart-guest = No hace falta una cuenta.
cart-sign-in = Entrar
cart-h-pickup = Cuándo y dónde
cart-which-window = Elige cuándo recoges
cart-no-windows = Ningún día de mercado acepta pedidos ahora. Guardamos tu cesta.
cart-full-window = Completo
cart-left = { $n ->
    [one] Queda { $n } plaza
   *[other] Quedan { $n } plazas
}
cart-bad-window = Elige una hora con plazas libres.
cart-notes = Una nota para una granja, si quieres
cart-bad-note = En una nota caben hasta 300 letras.
cart-to-confirm = Seguir y confirmar
cart-h-confirm = Revisa y pide
cart-collect = Para recoger
cart-when = Cuándo
cart-where = Dónde
cart-change-pickup = Cambiar la hora o las notas
cart-you = Tú
cart-change-details = Cambiar tus datos
cart-place = Hacer el pedido
cart-until = Puedes cambiarlo o cancelarlo hasta { $a }.
cart-sum-changed = La suma ha cambiado desde que la viste. Revísala y pide de nuevo.
cart-thanks = Tu pedido está hecho
cart-thanks-mail = Te enviamos un correo con el enlace para seguirlo.
cart-follow = Seguir tu pedido
cart-next = Qué pasa ahora
cart-show-code = En el puesto, enseña tu código.
