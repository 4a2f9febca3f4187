# A farm's day
orders-work-nav = Granja
orders-work-today = Hoy

# One order, packed
orders-pack-so-far = { $done } de { $n } preparados
orders-pack-full = Preparado completo
orders-pack-but = { $n ->
    [one] Preparado, falta 1
   *[other] Preparado, faltan { $n }
}
orders-pack-tick = { $a } preparado
orders-pack-of = Falta, de { $a }
orders-pack-chilled = En frío
orders-pack-weighed = Pesa { $qty }, { $sum }
orders-pack-instead = En su lugar: { $a }
orders-pack-assumed = Completo, nadie dijo otra cosa
orders-pack-weigh = Pesar
orders-pack-short = Falta
orders-pack-got = Cuánto hay, de { $a }
orders-pack-weight = Peso en kg, unos { $a }
orders-pack-note = Qué va en su lugar
orders-pack-note-hint = El cliente lo lee. Déjalo vacío si no va nada.
orders-pack-see = Ver el nuevo total
orders-pack-next = Siguiente
orders-pack-problem = Cancelarlo
orders-pack-customer = Cliente
orders-pack-call = Llamar al { $a }
orders-pack-mail = Escribir un correo
orders-pack-stop = Este pedido se canceló. No lo prepares.
orders-pack-stop-packing = Deja de prepararlo: este pedido se canceló. Devuelve los productos a su sitio.
orders-pack-got-of = { $got } de { $asked }
orders-pack-off = Se descuentan { $a }.
orders-pack-on = Se suman { $a }.
orders-pack-same = El precio no cambia.
orders-pack-before = La parte de esta granja hasta ahora
orders-pack-after = Nuevo total
orders-pack-told = La página y la cuenta del cliente cambian con ello.
orders-pack-save = Guardar
orders-pack-back = Volver sin cambiar nada
orders-pack-closed = Este pedido terminó. Ya no se prepara nada.
orders-pack-no-line = No hay tal línea en este pedido. Vuelve a cargarlo.
orders-pack-weigh-first = Pésalo primero y luego márcalo.
orders-pack-too-much = { $most } como máximo. Más es otro pedido.
orders-pack-nothing-left = No quedaría nada. Mejor cancela el pedido.
orders-pack-number = Escribe cuánto hay, por ejemplo 2 o 0,75.
orders-pack-note-bad = Una nota tiene hasta 200 caracteres en una línea.

# The board: what comes first, several at once
orders-board-several = Elegir varios
orders-board-tick = Elegir { $a }
orders-board-tick-all = Marcar todos
orders-board-tick-none = Desmarcar todos
orders-board-whole = { $n ->
    [one] Ver 1 más
   *[other] Ver { $n } más
}
orders-board-here = Está en el puesto
orders-board-here-now = { $a } está en el puesto
orders-board-missed = Nadie vino por él
orders-board-not-come = Pasa a «Sin recoger» a las { $a }
orders-board-stop = Alto: se canceló mientras se preparaba
orders-board-late = Tarde: su franja ya empezó
orders-board-short = { $n ->
    [one] Falta 1 artículo
   *[other] Faltan { $n } artículos
}
orders-bulk-title = { $done } de { $n } pedidos cambiados
orders-bulk-none = Marca antes al menos un pedido.
orders-bulk-many = Como máximo { $a } pedidos a la vez. Filtra primero.
orders-bulk-back = Volver al tablero
orders-bulk-refused = Sin cambiar
orders-bulk-done = Cambiados
orders-bulk-gone = Este pedido ya no está.

# Harvest
orders-work-harvest = Cosecha
orders-work-pack = Preparar
orders-harvest-so-far = { $done } de { $n } hechos
orders-harvest-not-final = Definitivo: { $until }; { $orders } hasta ahora.
orders-harvest-final = Definitivo, { $a }.
orders-harvest-none = Todavía no hay nada pedido para este día.
orders-harvest-nowhere = Sin lugar
orders-harvest-things = { $n ->
    [one] 1 cosa
   *[other] { $n } cosas
}
orders-harvest-tick = { $a }: ya está
orders-harvest-short = Faltan { $a }
orders-harvest-have = Cuánto hay, de { $a }
orders-harvest-csv = Tabla (CSV)
orders-harvest-csv-place = Lugar
orders-harvest-csv-product = Producto
orders-harvest-csv-unit = Unidad
orders-harvest-csv-need = Hace falta
orders-harvest-csv-have = Hay
orders-harvest-csv-orders = Pedidos

# Slips and labels
orders-pack-slip = Hoja
orders-slip-title = Hojas
orders-slip-labels = Etiquetas
orders-slip-count = { $n ->
    [one] 1 pedido por preparar
   *[other] { $n } pedidos por preparar
}
orders-slip-how = Impreso, cada uno es una hoja propia, A4 o Carta.
orders-slip-label-count = { $n ->
    [one] 1 etiqueta
   *[other] { $n } etiquetas
}
orders-slip-label-how = Impresa, cada una mide 100 × 62 mm. Elige sin márgenes.
orders-slip-open = Abrir y marcar
orders-slip-cold = Guardar en frío
orders-slip-items = Artículos de { $a }
orders-slip-packed = Preparado
orders-slip-many = Cuántos
orders-slip-what = Qué
orders-slip-where = Dónde
orders-slip-nth = { $nth } de { $of }

# At the stall
orders-work-more = Más
orders-work-team = Equipo
orders-here-say = Ya estoy aquí
orders-here-known = Las granjas saben que estás aquí desde las { $a }
orders-here-not-yet = Puedes decirlo ese día, cuando algo esté listo.
orders-stall-title = Entregas
orders-stall-search = Código o nombre
orders-stall-hint = O escanea el código del cliente con la cámara del móvil.
orders-stall-find = Buscar
orders-stall-found = { $n ->
    [0] Nadie encontrado
    [one] 1 encontrado
   *[other] { $n } encontrados
}
orders-stall-unknown = Ningún pedido de este día tiene ese código o nombre. Vuelve a mirar las letras.
orders-stall-left = Aún no han venido
orders-stall-so-many = Faltan { $n } de { $of }
orders-stall-here = Aquí desde las { $a }
orders-stall-done = Recogido a las { $at }, { $who }
orders-stall-collected = Recogido
orders-stall-other-day = Es para otro día: { $window }, { $place }.
orders-stall-other-stall = No hay ninguna caja tuya. Se recoge en { $place }, { $window }.

# Con retraso
orders-late-title = Con retraso
orders-late-window = Horario
orders-late-minutes = Cuánto retraso
orders-late-by = { $n } min de retraso
orders-late-customers = { $n ->
    [one] 1 cliente
   *[other] { $n } clientes
}
orders-late-goes-to = { $n ->
    [one] Esto llega a 1 cliente
   *[other] Esto llega a { $n } clientes
}
orders-late-left = { $n ->
    [0] Hoy ya se avisó tres veces, que es el máximo.
    [one] Queda 1 aviso hoy.
   *[other] Quedan { $n } avisos hoy.
}
orders-late-told = Avisado a las { $a }: { $b }
orders-late-note = { $farm } lleva { $n } min de retraso
orders-late-more = Ven un poco más tarde. Te guardamos el pedido.
orders-late-not = { $a } llega a tiempo al final
orders-late-preview = Ver lo que se envía
orders-late-send = Avisar
orders-late-back = Volver sin avisar
orders-late-on-time = A tiempo al final
orders-late-none = Nadie espera un pedido en un horario que aún no ha pasado.
orders-late-nobody = Nadie espera en este horario. Elige otro.
orders-late-minutes-bad = Elige cuántos minutos.
orders-late-often = Hoy ya se avisó tres veces. Avisa en el puesto.
