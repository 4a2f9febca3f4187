# Lo que pasó: el título de un correo, las primeras palabras de la lista
notices-placed = Tu pedido está hecho
notices-placed-lead = Tu pedido ha llegado a { $a }.
notices-placed-more = Te escribimos cuando las granjas hayan respondido y cuando esté listo para recoger.
notices-confirmed = Tu pedido está confirmado
notices-confirmed-lead = Confirmado por { $a }.
notices-confirmed-waiting = { $n ->
    [one] Una granja aún no ha respondido. La página del pedido lo muestra cuando lo haga.
   *[other] { $n } granjas aún no han respondido. La página del pedido lo muestra cuando lo hagan.
}
notices-preparing = Se está preparando tu pedido
notices-preparing-lead = { $a } ha empezado a preparar.
notices-ready = Tu pedido está listo
notices-ready-lead = Listo para recoger: { $a }.
notices-ready-later = { $n ->
    [one] La parte de una granja se recoge en otro sitio y llega más tarde.
   *[other] Las partes de { $n } granjas se recogen en otro sitio y llegan más tarde.
}
notices-out = Tu pedido está en camino
notices-out-lead = { $a } está en camino.
notices-missed = Sin recoger
notices-missed-lead = Nadie recogió lo que { $a } tenía listo.
notices-missed-more = Por ahora se guarda. Pregunta al mercado qué es posible: otro día, otra persona o regalarlo.
notices-receipt = Recogido
notices-receipt-lead = Entregado: { $a }. Este es el recibo.
notices-cancelled = Tu pedido está cancelado
notices-cancelled-part = Una parte de tu pedido está cancelada
notices-cancelled-lead = Cancelado: { $a }. Motivo: { $reason }.
notices-cancelled-no-reason = Cancelado: { $a }.
notices-cancelled-unpaid = No pagas nada por ello.
notices-cancelled-paid = Se te devuelve lo que pagaste por ello.
notices-cancelled-reserved = No se cobra.
notices-cancelled-rest = El resto del pedido sigue en pie.
notices-changed = Tu pedido ha cambiado
notices-changed-lead = Tu cambio llegó a { $a }.
notices-late = Tu pedido lleva retraso
notices-moved = Ha cambiado la recogida
notices-moved-lead = Recoge a las { $now }. Antes era { $was }.
notices-on-time = A tiempo al final
notices-short = Tu pedido se preparó con cambios
notices-short-lead = { $a } preparó otras cantidades de las que pediste.
notices-short-more = Pagas lo que se preparó.
notices-farm-packed = El mercado cambió lo preparado
notices-farm-packed-lead = Un pedido para { $a } se prepara con otras cantidades.
notices-farm-lines = Un cliente cambió un pedido
notices-farm-lines-lead = Un pedido para { $a } tiene ahora otras cantidades.
notices-corrected = Se deshizo un paso
notices-corrected-lead = Lo último que te dijimos de { $a } fue demasiado pronto. Te escribimos de nuevo cuando sea así. La página del pedido muestra cómo está.
notices-farm-new = Pedido nuevo
notices-farm-new-lead = Un pedido nuevo para { $a }.
notices-farm-new-more = Se recoge { $a }. Confírmalo en el tablero.
notices-farm-changed = Un pedido tiene fecha nueva
notices-farm-changed-lead = Un pedido para { $a } que nadie recogió está listo otra vez.
notices-farm-collected-lead = El cliente ya tiene lo que preparó { $a }.
notices-farm-missed-lead = Nadie recogió lo que { $a } tenía listo.
notices-cancelled-farm = Se canceló un pedido
notices-farm-cancelled-more = Quítalo de tu lista. Lo que está preparado se puede volver a vender.

# Correos
notices-mail-items = Lo que lleva
notices-mail-changes = Lo que cambió
notices-mail-product = Producto
notices-mail-before = Antes
notices-mail-now = Ahora
notices-mail-more = { $n ->
    [one] Y { $n } más. La página del pedido tiene todo.
   *[other] Y { $n } más. La página del pedido tiene todo.
}
notices-mail-collect = Recogida { $a }
notices-mail-code = Di o muestra este código
notices-mail-code-none = Pedido
notices-mail-show-code = Mostrar el código y el QR
notices-mail-follow = Seguir el pedido
notices-mail-open = Abrir el pedido
notices-mail-possible = Ver el pedido
notices-mail-for = Para { $a }
notices-mail-why = Recibes este correo porque hiciste el pedido como { $a }. Quien tiene su enlace puede ver el pedido.
notices-mail-why-farm = Recibes este correo en { $a } porque diriges el equipo de esta granja.

# La página
notices-title = Avisos
notices-nav = { $n ->
    [0] Avisos
    [one] Avisos, { $n } sin leer
   *[other] Avisos, { $n } sin leer
}
notices-lead = { $n ->
    [0] Todo leído.
    [one] { $n } sin leer.
   *[other] { $n } sin leer.
}
notices-none = Nada nuevo. Lo que pase con tus pedidos aparece aquí solo.
notices-order = Pedido { $a }
notices-unread = Sin leer
notices-read = Marcar como leído
notices-read-of = Marcar como leído: { $a }
notices-read-all = Marcar todo como leído
notices-older = Avisos anteriores
notices-newest = Avisos más recientes
notices-bad-cursor = No se encuentra la página de esta dirección. Empieza por lo más reciente.
