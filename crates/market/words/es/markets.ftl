markets-nav = Gestionar el mercado
markets-days = Días de mercado
markets-places = Lugares de recogida
markets-overview = Día
markets-orders = Pedidos
markets-people = Personas
markets-audit = Registro
markets-settings = Ajustes
markets-mails = Correos

markets-days-ahead = Próximos
markets-days-over = Pasados
markets-days-none = No hay ningún día de mercado. Planifica el primero.
markets-day-new = Planificar un día de mercado
markets-day-copy = Copiar el último día, una semana después
markets-day-new-lead = Todas las horas son locales: { $a }.
markets-day-needs-place = Un día de mercado necesita un lugar de recogida. Añade primero un lugar.
markets-day-date = Fecha
markets-day-opens = Los pedidos se abren
markets-day-opens-hint = Desde aquí se puede pedir para este día.
markets-day-cutoff = Cierre de pedidos
markets-day-cutoff-hint = El último momento para pedir o cambiar un pedido.
markets-day-window = Franja de recogida { $n }
markets-day-window-new = Otra franja de recogida
markets-day-place = Lugar
markets-day-from = Desde
markets-day-to = Hasta
markets-day-capacity = Pedidos como máximo
markets-day-remove = Quitar esta franja
markets-day-keep-draft = Guardarlo de momento como borrador
markets-day-create = Planificar este día
markets-day-tell = Moverla y avisarles
markets-day-tell-how-many = { $n ->
    [one] Un pedido se recoge en la franja que has movido. Avisaremos a quien lo hizo por correo y en la aplicación.
   *[other] { $n } pedidos se recogen en lo que has movido. Avisaremos a sus clientes por correo y en la aplicación.
}
markets-day-save = Guardar cambios
markets-day-hours = Pedidos desde { $from } hasta { $to }
markets-day-window-line = { $hours }, { $place }: { $taken } de { $capacity } ocupados

markets-day-bad-date = Escribe la fecha con año, mes y día.
markets-day-date-past = Esta fecha ya pasó. Elige otra posterior.
markets-day-date-taken = Ya hay un día de mercado en esta fecha. Cambia ese.
markets-day-bad-moment = Escribe una fecha y una hora.
markets-day-cutoff-early = El cierre tiene que ser posterior a la apertura.
markets-day-cutoff-past = Este cierre ya pasó. Elige otro posterior.
markets-day-cutoff-late = El cierre tiene que ser anterior a la primera franja.
markets-day-no-window = Un día de mercado necesita una franja de recogida. Rellena una.
markets-day-bad-place = Elige uno de los lugares.
markets-day-bad-time = Escribe una hora, como 9:00.
markets-day-ends-early = La franja tiene que acabar después de empezar.
markets-day-bad-capacity = Escribe cuántos pedidos caben, de 1 a 100.000.
markets-day-window-has-orders = Esta franja tiene pedidos. No se puede quitar.
markets-day-window-filled = Mientras tanto entraron más pedidos de los que cabrían. Permite más.
markets-day-fixed = Este día terminó. Ya no se puede cambiar.
markets-day-no-such-step = Este día no puede hacer eso ahora. Elige uno de los pasos de abajo.
markets-day-past-cutoff = El cierre ya pasó. Pon primero otro posterior.

markets-status-draft = Borrador
markets-status-scheduled = Planificado
markets-status-open = Abierto a pedidos
markets-status-closed = Cerrado a pedidos
markets-status-harvested = Cosechado
markets-status-distributed = Entregado
markets-status-settled = Liquidado
markets-status-cancelled = Cancelado
markets-step-schedule = Anunciarlo
markets-step-open = Abrir a pedidos ahora
markets-step-close = Cerrar a pedidos ahora
markets-step-reopen = Abrir otra vez a pedidos
markets-step-cancel = Cancelar este día
markets-step-restore = Planificarlo otra vez

markets-places-all = Todos los lugares
markets-places-none = Aún no hay ningún lugar. Añade el primero.
markets-place-new = Añadir un lugar
markets-place-save = Guardar lugar
markets-place-name = Nombre del lugar
markets-place-name-hint = Como lo llama la gente, por ejemplo Plaza del Río.
markets-place-address = Dirección del lugar
markets-place-access = Acceso (opcional)
markets-place-access-hint = Escaleras, aparcamiento, qué puerta usar.
markets-place-map = Enlace a un mapa (opcional)
markets-place-map-hint = Empieza por https://.
markets-place-bad-name = Escribe un nombre de 80 caracteres como máximo.
markets-place-bad-address = Escribe una dirección de 160 caracteres como máximo.
markets-place-bad-access = Escribe una línea de 200 caracteres como máximo.
markets-place-bad-map = No es una dirección https:// completa. Cópiala de la página del mapa.

markets-set-lead = Cómo se llama el mercado, dónde y cuándo está, qué cobra.
markets-set-lead-orders = La moneda sigue siendo { $a }: hay pedidos en ella.
markets-set-choose = Elige una
markets-set-name = Nombre del mercado
markets-set-address = Dirección del mercado
markets-set-address-hint = Aparece al pie de cada página y en los correos.
markets-set-zone = Zona horaria
markets-set-zone-hint = Elige el lugar cuyo reloj sigue el mercado.
markets-set-lang = Idioma de los correos
markets-set-lang-hint = Para quienes no se sabe su idioma. Las páginas van en el idioma de cada navegador.
markets-set-currency = Moneda
markets-set-currency-hint = No se puede cambiar cuando haya pedidos.
markets-set-prefix = Letras antes de los códigos de pedido
markets-set-prefix-hint = De una a cuatro letras o cifras: FM da FM-7Q4K2D.
markets-set-tax = Precios e impuestos
markets-set-tax-in = Los precios incluyen impuestos
markets-set-tax-on-top = Los impuestos se añaden aparte
markets-set-fees = Comisiones del mercado
markets-set-fee-goods = Parte de los productos, en porcentaje
markets-set-fee-goods-hint = De 0 a 100, por ejemplo 5,5.
markets-set-fee-payer = Quién paga esta parte
markets-set-payer-farm = La granja
markets-set-payer-customer = El cliente
markets-set-fee-order = Lo que paga el cliente por pedido
markets-set-fee-farm = Lo que paga el cliente por cada granja en un pedido
markets-set-fee-hint = Un importe de 0 a 100, por ejemplo 1,50.
markets-set-save = Guardar ajustes
markets-set-bad-name = Escribe un nombre de 60 caracteres como máximo.
markets-set-bad-address = Escribe una dirección de 160 caracteres como máximo.
markets-set-bad-zone = Elige una zona horaria.
markets-set-bad-lang = Elige uno de los idiomas.
markets-set-bad-currency = Elige una de las monedas.
markets-set-currency-fixed = Hay pedidos en la moneda actual. No se cambia.
markets-set-bad-prefix = Escribe de una a cuatro letras o cifras.
markets-set-bad-tax = Elige cómo se muestran los precios.
markets-set-bad-number = Escribe un número de 0 a 100 con dos decimales como máximo.
markets-set-bad-payer = Elige quién paga.

markets-day-taken = { $n ->
    [one] Tiene { $n } pedido.
   *[other] Tiene { $n } pedidos.
}
markets-day-orders = { $n ->
    [one] { $n } pedido
   *[other] { $n } pedidos
}
markets-day-capacity-taken = { $n ->
    [one] Ya tiene { $n } pedido. Permite al menos esos.
   *[other] Ya tiene { $n } pedidos. Permite al menos esos.
}
markets-day-has-open-orders = { $n ->
    [one] Queda { $n } pedido abierto. Cancélalo o complétalo primero.
   *[other] Quedan { $n } pedidos abiertos. Cancélalos o complétalos primero.
}

markets-role-customer = cliente
markets-role-guest = invitado
markets-role-farm-owner = propiedad de la granja
markets-role-farm-manager = dirección de la granja
markets-role-farm-staff = personal de la granja
markets-role-pickup-host = encargado de recogida
markets-role-driver = reparto
markets-role-market-manager = gestión del mercado
markets-role-admin = administración
markets-role-system = la plataforma
