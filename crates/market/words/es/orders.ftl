orders-order = Pedido
orders-items = { $n ->
    [one] { $n } artículo
   *[other] { $n } artículos
}
orders-about = unos { $a }
orders-all-farms = Las { $n } granjas

# Statuses, for customers and for farms
orders-status-placed = Recibido
orders-status-confirmed = Confirmado
orders-status-being-packed = En preparación
orders-status-ready = Listo
orders-status-on-its-way = En camino
orders-status-missed = Sin recoger
orders-status-collected = Recogido
orders-status-complete = Terminado
orders-status-cancelled = Cancelado
orders-status-new = Nuevo
orders-status-to-pack = Por preparar
orders-status-packing = Preparando

# Buttons
orders-do-confirm = Confirmar
orders-do-pack = Preparar
orders-do-ready = Listo
orders-do-send-out = Enviar
orders-do-missed = Sin recoger
orders-do-hand-over = Entregar
orders-do-complete = Terminar
orders-do-cancel = Cancelar este pedido
orders-do-undo = Deshacer

# Track: one line for the whole order
orders-track-title = { $now }, pedido { $code }
orders-now-placed = Pedido recibido
orders-now-confirmed = Confirmado
orders-now-confirmed-all = Confirmado por las { $n } granjas
orders-now-confirmed-some = Confirmado por { $m } de { $n } granjas
orders-now-packing = En preparación
orders-now-packing-all = Las { $n } granjas lo preparan
orders-now-packing-some = { $m } de { $n } granjas lo preparan
orders-now-ready = Listo para recoger
orders-now-ready-all = Las { $n } granjas, listas
orders-now-ready-some = { $m ->
    [one] { $m } de { $n } granjas lista
   *[other] { $m } de { $n } granjas listas
}
orders-now-on-its-way = En camino
orders-now-collected = Recogido
orders-now-collected-some = Recogido en { $m } de { $n } granjas
orders-now-complete = Pedido terminado
orders-now-missed = Sin recoger
orders-now-missed-some = Sin recoger en { $m } de { $n } granjas
orders-now-cancelled = Pedido cancelado

orders-collect-you = Recógelo { $a },
orders-collect = Se recoge { $a },
orders-advice-ready = Enseña el código en el puesto.
orders-advice-waiting = { $n ->
    [one] Una granja aún no está lista.
   *[other] { $n }{"\u00A0"}granjas aún no están listas.
}
orders-advice-collected = Último paso: { $a }.
orders-advice-missed = El horario pasó. Pregunta a { $a } qué se hace con él.
orders-advice-cancelled = No hay nada que recoger.
orders-advice-staff = Para { $a }.

orders-step-of = { $a }, paso { $n } de 5
orders-step-done = { $a }, hecho
orders-step-now = { $a }, ahora
orders-step-to-come = { $a }, por venir

orders-note-cancelled = { $a } canceló su parte
orders-note-cancelled-for = Cancelado: { $a }
orders-note-missed = Sin recoger: { $a }
orders-note-short = { $product }: { $got } en vez de { $asked }
orders-note-none = { $product }: no disponible
orders-note-off = { $farm }, { $off } menos

orders-ticket-show = Enséñalo en el puesto
orders-ticket-collect = Recogida
orders-ticket-qr = Código QR del pedido { $a }
orders-ticket-when = Se recoge { $a }
orders-ticket-where = Dónde
orders-ticket-map = Abrir mapa

orders-h-farms = Granjas
orders-h-history = Qué ha pasado
orders-h-items = Qué se pidió
orders-h-items-you = Qué pediste
orders-items-from = Artículos de { $a }
orders-since = { $status }, { $moment }

orders-line = { $qty } × { $price }
orders-line-about = Unos { $qty } × { $price }, precio final al pesar
orders-line-weighed = { $qty } × { $price }, pesado
orders-line-none = No disponible
orders-sum-items = Artículos
orders-sum-settled = Pagado al recogerlo
orders-sum-open = Precio final al pesar.
orders-sum-was = Al pedir eran { $a }.
orders-fee = Gastos
orders-fee-order = Cargo del mercado
orders-fee-farm = Cargo por granja
orders-fee-market = Parte del mercado
orders-fee-tax = Impuestos
orders-pay-stall = A pagar en el puesto
orders-pay-total = Total
orders-pay-paid = Pagado
orders-pay-reserved = Se cobra al prepararlo
orders-pay-awaiting = Aún sin pagar
orders-pay-failed = El pago no funcionó
orders-pay-voided = Nada que pagar
orders-pay-farm = Parte de esta granja

# History
orders-did-place-you = Hiciste el pedido
orders-did-place = { $a } hizo el pedido
orders-did-confirm = { $n ->
    [one] { $farms } confirmó el pedido
   *[other] { $farms } confirmaron el pedido
}
orders-did-pack = { $n ->
    [one] { $farms } empezó a prepararlo
   *[other] { $farms } empezaron a prepararlo
}
orders-did-ready = { $n ->
    [one] { $farms } lo tiene listo
   *[other] { $farms } lo tienen listo
}
orders-did-send-out = { $n ->
    [one] { $farms } lo ha enviado
   *[other] { $farms } lo han enviado
}
orders-did-miss = Sin recoger: { $farms }
orders-did-collect = Recogido: { $farms }
orders-did-complete = Terminado: { $farms }
orders-did-cancel = { $n ->
    [one] { $farms } canceló
   *[other] { $farms } cancelaron
}
orders-did-cancel-for = Cancelado: { $farms }
orders-did-change-you = Cambiaste el pedido: { $a }
orders-did-change = { $a } cambió el pedido: { $lines }
orders-changed-line = { $product } { $from } → { $to }
orders-changed-none = quitado
orders-packed-less = { $farm } pudo preparar { $to } de { $from } de { $product }
orders-packed-none = { $farm } no pudo preparar nada de { $from } de { $product }
orders-packed-other = { $farm } preparó { $to } de { $product } en vez de { $from }
orders-did-cancel-you = Cancelaste { $farms }
orders-did-undo = { $farms }: otra vez «{ $status }»
orders-by-itself = Automático
orders-by-market = El mercado
orders-by-customer = Quien hizo el pedido

orders-reason-customer = Lo pidió el cliente
orders-reason-customer-you = Lo pediste tú
orders-reason-farm = La granja no lo aceptó
orders-reason-stock = Sin existencias
orders-reason-weather = El tiempo
orders-reason-payment = El pago no funcionó
orders-reason-no-show = No vino nadie
orders-reason-market = El mercado se canceló
orders-reason-fraud = Bloqueado por seguridad
orders-reason-other = Otro motivo

# Look-up
orders-look-title = Sigue tu pedido
orders-look-lead = Escribe su código y tu dirección. Te enviamos su enlace.
orders-look-none-title = No podemos mostrar este pedido
orders-look-none-lead = La dirección no es correcta, o el pedido no es tuyo. Pide su enlace por correo.
orders-look-old-title = Este enlace ya no vale
orders-look-old-lead = Pide otro por correo.
orders-look-sent-title = Mira tu correo
orders-look-sent-lead = Si esto corresponde a un pedido, te hemos enviado su enlace.
orders-look-h = Tu pedido
orders-look-code = Código del pedido
orders-look-code-hint = Por ejemplo, FM-7Q4K2D
orders-look-email = Dirección de correo
orders-look-email-hint = La que usaste al pedir
orders-look-go = Enviarme el enlace
orders-look-errors = Hay algo que revisar:
orders-look-bad-code = Un código tiene dos letras, un guion y seis caracteres.
orders-look-bad-email = Una dirección se escribe como nombre@example.org.
orders-mail-subject = { $a }: el enlace de tu pedido
orders-mail-hello = Hola { $a }:
orders-mail-lead = aquí sigues el pedido { $a }, con su código para el puesto.
orders-mail-go = Seguir el pedido
orders-mail-else = Quien tiene este enlace ve el pedido. ¿No lo pediste tú? Entonces deja este correo.
orders-mail-heading = El enlace a tu pedido
orders-mail-why = Recibes este correo porque alguien pidió el enlace de un pedido hecho con esta dirección en { $a }.

# Board
orders-board-orders = { $n ->
    [one] { $n } pedido
   *[other] { $n } pedidos
}
orders-board-field = Campo
orders-board-mode = (alto contraste)
orders-board-farms = Granjas
orders-board-filter = Filtrar por estado
orders-show-all = Todos
orders-show-collected = Recogidos
orders-show-problem = Problema
orders-board-no-day = Aún no hay fecha de mercado.
orders-board-no-orders = Aún no hay pedidos para { $a }. Aparecerán aquí solos.
orders-board-none-such = Ningún pedido está ahora así.
orders-board-show-all = Ver todos
orders-board-sending = Enviando
orders-board-failed = Sin enviar. Toca otra vez.
orders-board-more = Más
orders-board-weigh = { $n ->
    [one] Por pesar: un artículo
   *[other] Por pesar: { $n } artículos
}
orders-board-code = Código que enseña el cliente
orders-board-no-code = No hay código
orders-board-why = Por qué lo entregas sin código
orders-board-reason = Motivo de la cancelación
orders-board-choose = Elige un motivo
orders-board-open = Pedido e historial
orders-board-undo-why = Por qué se deshace
orders-board-changed = { $n ->
    [one] { $n } pedido ha cambiado
   *[other] { $n } pedidos han cambiado
}
orders-board-moved = Cambió mientras tanto. Así está ahora.
orders-board-forbidden = El tablero es para las granjas y el personal del mercado. Entra como tal.
orders-end-late = Recogido tarde
orders-end-donated = Donado

# Units
orders-unit-bag = { $n ->
    [one] bolsa
   *[other] bolsas
}
orders-unit-block = { $n ->
    [one] bloque
   *[other] bloques
}
orders-unit-bottle = { $n ->
    [one] botella
   *[other] botellas
}
orders-unit-box = { $n ->
    [one] caja
   *[other] cajas
}
orders-unit-bunch = { $n ->
    [one] manojo
   *[other] manojos
}
orders-unit-dozen = { $n ->
    [one] docena
   *[other] docenas
}
orders-unit-four = { $n ->
    [one] paquete de 4
   *[other] paquetes de 4
}
orders-unit-head = { $n ->
    [one] pieza
   *[other] piezas
}
orders-unit-jar = { $n ->
    [one] tarro
   *[other] tarros
}
orders-unit-litre = { $n ->
    [one] litro
   *[other] litros
}
orders-unit-loaf = { $n ->
    [one] pan
   *[other] panes
}
orders-unit-pack = { $n ->
    [one] paquete
   *[other] paquetes
}
orders-unit-piece = { $n ->
    [one] unidad
   *[other] unidades
}
orders-unit-pot = { $n ->
    [one] maceta
   *[other] macetas
}
orders-unit-punnet = { $n ->
    [one] tarrina
   *[other] tarrinas
}
orders-unit-six = { $n ->
    [one] caja de 6
   *[other] cajas de 6
}

# Refusals
orders-forbidden = Puedes ver este pedido, pero no dar este paso. Pregunta al mercado.
orders-list-forbidden = La lista de pedidos pide una cuenta. Entra, o abre el enlace del pedido.
orders-cannot-go = Un pedido no puede pasar de { $from } a { $to }. Míralo otra vez.
orders-nothing-to-undo = No queda ningún paso que deshacer.
orders-undo-too-late = Han pasado más de 15 minutos. Pregunta a quien dirige el mercado.
orders-undo-note = Di por qué se deshace.
orders-undo-version = Di qué versión viste: expected_version.
orders-unknown-status = No existe ese estado. La descripción de la API los tiene todos.
orders-unknown-reason = No existe ese motivo. La descripción de la API los tiene todos.
orders-unknown-ending = No existe ese final. Se conocen LATE y DONATED.
orders-bad-note = Una nota tiene de 1 a 500 caracteres, sin caracteres de control.
orders-bad-key = Una clave de idempotencia tiene de 1 a 100 caracteres visibles.
orders-key-reused = Esta clave se usó para otra petición. Crea una nueva.
orders-bad-cursor = El cursor no se puede leer. Tómalo de la página anterior.
orders-bad-limit = El límite es un número de 1 a 200.
orders-guard-payment = El pago aún no está resuelto. Prueba cuando lo esté.
orders-guard-payment-expired = El pago sigue siendo válido.
orders-guard-weighed = Pesa primero lo que se cobra por peso.
orders-guard-delivery = Este pedido se recoge, no se envía. Entrégalo en el puesto.
orders-guard-own-stall = Tiene que estar listo antes de entregarlo aquí.
orders-guard-proof = Ese no es el código del pedido. Léelo otra vez, o di por qué falta.
orders-guard-window-over = El horario de recogida aún no ha terminado. Espera a que termine.
orders-guard-window-ahead = El horario de recogida ya pasó. Márcalo recogido tarde o donado.
orders-guard-ending = Di cómo terminó: recogido tarde o donado.
orders-guard-two-days = Se termina solo dos días después de entregarlo.
orders-guard-cutoff = El plazo de cambios terminó. Pregunta a la granja o al mercado.
orders-guard-reason = Elige un motivo para cancelar.
orders-place-empty = El pedido no tiene líneas. Añade antes un producto.
orders-place-long = En un pedido caben 100 líneas. Haz dos pedidos.
orders-place-twice = Un producto está en dos líneas. Nómbralo una vez, con toda su cantidad.
orders-place-window = No existe ese horario. Elige uno de los ofrecidos.
orders-place-unknown = Uno de los productos no se vende aquí. Búscalo de nuevo.
orders-place-sum = La suma es demasiado grande. Pide menos.
orders-place-closed = Ya no se aceptan pedidos para ese día. Elige otro.
orders-place-early = Aún no se aceptan pedidos para ese día. Vuelve más tarde.
orders-place-full = Ese horario está completo. Elige otro.
orders-place-gone = { $product } ya no se vende. Quítalo y pide de nuevo.
orders-place-season = { $product } está fuera de temporada ese día. Quítalo y pide de nuevo.
orders-place-days = { $product } no se ofrece ese día. Quítalo o elige otro día.
orders-place-sold-out = { $product } se ha agotado. Quítalo y pide de nuevo.
orders-place-short = De { $product } solo quedan { $left }. Pide menos.
orders-place-quantity = La cantidad de { $product } debe ser mayor que cero y múltiplo de { $step }.
orders-place-name = Escribe un nombre de 1 a 80 letras.
orders-place-email = Escribe un correo electrónico, como ana@example.org.
orders-place-phone = Escribe un teléfono de 6 a 15 cifras, o déjalo fuera.
orders-place-note = En una nota caben hasta 300 letras, para una granja del pedido.
orders-place-number = Escribe las cantidades como números con hasta tres decimales, como "0.75".
orders-change-title = Cambiar el pedido { $a }
orders-change-until = Hasta { $a } puedes cambiarlo o cancelarlo.
orders-change-errors = Esto no se ha cambiado
orders-change-closed = Esta granja ya prepara su parte, o ya ha terminado.
orders-change-zero = Un cero quita el producto.
orders-change-save = Guardar cambios
orders-change-cancel = Cancelar todo el pedido
orders-change-back = Volver al pedido
orders-change-link = Cambiar o cancelar
orders-change-late = El plazo ha pasado. Pregunta a la granja.
orders-change-packing = { $product } ya se está preparando. Pregunta a la granja.
orders-change-line = No existe esa línea en el pedido. Cárgalo de nuevo.
orders-change-twice = { $product } está dos veces. Di su cantidad una vez.
orders-change-short = Ya no queda tanto de { $product }. Elige menos.
orders-change-quantity = La cantidad de { $product } debe ser cero o múltiplo de { $step }, hasta 1000.

# Los pedidos propios
orders-mine-title = Tus pedidos
orders-mine-none = Aún no hay pedidos.
orders-mine-shop = Ver qué tienen las granjas
orders-mine-older = Pedidos anteriores
orders-look-no-code = Escribe el código del pedido: está en la página y en los correos de tu pedido.
orders-guard-no-code = Escribe el código que enseña el cliente, o di por qué no hay.

orders-day-title = Día de mercado
orders-day-orders = pedidos
orders-day-ready = listos para entregar
orders-day-late = granjas con retraso
orders-day-cash = por cobrar en efectivo o con tarjeta
orders-day-applied = { $n ->
    [one] { $n } granja espera respuesta
   *[other] { $n } granjas esperan respuesta
}
orders-day-applied-more = Antes no puede vender.
orders-day-applied-go = Ver
orders-no-farms = Ninguna granja vende todavía en este mercado. En Granjas dice cómo se apuntan.
orders-day-need-you = { $n ->
    [0] Nada te necesita
    [one] { $n } cosa te necesita
   *[other] { $n } cosas te necesitan
}
orders-day-not-begun = { $farm } no ha empezado: { $n } por preparar.
orders-day-not-packed = { $farm } no ha terminado: { $n } por preparar.
orders-day-of = { $ready } de { $all } están listos.
orders-day-missed = { $n ->
    [one] { $n } pedido de { $farm } no se recogió.
   *[other] { $n } pedidos de { $farm } no se recogieron.
}
orders-day-missed-more = Escribe a los clientes o cancela.
orders-day-who = Ver quién
orders-day-board = Abrir su tablero
orders-day-none = Aún no hay pedidos para este día.
orders-day-table = Pedidos por granja y estado
orders-day-farm = Granja
orders-day-is-late = Con retraso
orders-day-cash-due = Por cobrar
orders-day-farms = { $n ->
    [one] { $n } granja
   *[other] { $n } granjas
}
orders-day-windows = Quién viene cuándo
orders-day-taken = { $taken } de { $capacity }

orders-list-status = Estado
orders-list-farm = Granja
orders-list-day = Día
orders-list-place = Lugar
orders-list-text = Código o nombre
orders-list-any = Cualquiera
orders-list-show = Mostrar
orders-list-csv = Guardar como CSV
orders-list-none = Ningún pedido encaja. Quita un filtro.
orders-list-older = Anteriores
orders-list-saved = Filtros guardados
orders-list-keep-as = Nombre de este filtro
orders-list-keep-hint = Solo lo ves tú, encima de la lista.
orders-list-keep = Guardar este filtro
orders-list-forget = Olvidar «{ $a }»
orders-list-keep-name = Ponle un nombre de 1 a 40 caracteres en una sola línea.
orders-list-keep-full = Ya guardas 20 filtros. Olvida uno primero.
orders-list-keep-nothing = Elige antes algo por lo que filtrar: esta lista muestra todos los pedidos.
orders-list-missed = Sin recoger
orders-list-to-pack = Por preparar
orders-list-is-ready = Listos
orders-list-all = Todos
orders-list-to = Mover los marcados a
orders-list-reason = Motivo, para cancelar
orders-list-go = Mover
orders-list-tick = Marcar { $a }
orders-list-done = { $n ->
    [one] Se movió { $n } pedido
   *[other] Se movieron { $n } pedidos
}
orders-list-results = No se movieron todos los pedidos
orders-list-moved = movido
orders-list-moved-part = { $n } partes movidas, { $left } no
orders-list-already = ya estaba así
orders-list-elsewhere = Alguien lo movió mientras tanto. Míralo otra vez.
orders-list-none-picked = No hay ningún pedido marcado. Marca uno.
orders-list-too-many = Marca 100 pedidos como máximo.
orders-list-no-goal = Elige adónde moverlos.
orders-list-no-reason = Elige un motivo para cancelar.
orders-list-bad-cursor = Esta página no existe. Empieza por lo más reciente.
