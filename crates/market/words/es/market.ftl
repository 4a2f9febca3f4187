market-skip = Ir al contenido
market-nav = Mercado
market-board = Tablero
market-sign-in = Entrar
market-sign-out = Salir, { $a }

market-live-on = En directo,
market-live-idle = Se actualiza al recargar, de las
market-live-off = Sin conexión, de las
market-live-as-of = De las
market-live-again = Mirar otra vez

market-today = hoy
market-tomorrow = mañana
market-yesterday = ayer
market-date = { $weekday } { $day }{"\u00A0"}de{"\u00A0"}{ $month }
market-date-short = { $weekday } { $day }{"\u00A0"}{ $month }
market-list = { $most } y { $last }
market-weekday = { $n ->
    [1] lunes
    [2] martes
    [3] miércoles
    [4] jueves
    [5] viernes
    [6] sábado
   *[7] domingo
}
market-weekday-short = { $n ->
    [1] lun
    [2] mar
    [3] mié
    [4] jue
    [5] vie
    [6] sáb
   *[7] dom
}
market-month = { $n ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}
market-month-short = { $n ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sep
    [10] oct
    [11] nov
   *[12] dic
}

market-home-follow = Seguir tu pedido
market-home-orders = Tus pedidos
market-home-board = Abrir el tablero
market-home-farms = Para granjas
market-home-sign-in = Entrar

market-error-400 = La petición no se puede leer. Vuelve atrás e inténtalo otra vez.
market-error-401 = Esto necesita una sesión o una clave válida.
market-error-401-page = Esta página es para quien tiene una cuenta. Entra o crea una.
market-error-403-site = Esto se envió desde otro sitio. Abre la página aquí e inténtalo otra vez.
market-error-404 = Aquí no hay nada que puedas ver. Revisa la dirección.
market-error-405 = Esta dirección no hace eso. La cabecera Allow dice qué hace.
market-error-408 = La petición tardó demasiado en llegar. Envíala otra vez.
market-error-412 = Alguien cambió esto mientras tanto: ahora es la versión { $version }. Léelo otra vez.
market-error-413 = La petición pasa de 256 KB. Envía menos.
market-error-415 = El cuerpo tiene que ser JSON, con Content-Type: application/json.
market-error-415-form = El cuerpo tiene que ser un formulario.
market-error-421 = Esta dirección no se sirve aquí. Usa la dirección del mercado.
market-error-422 = Algo en la petición está mal.
market-error-429 = Demasiados intentos. Prueba dentro de { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
}.
market-error-500 = Algo falló por nuestra parte. Nada cambió; prueba dentro de un minuto.
market-error-503 = Una parte del mercado no responde. Nada cambió; prueba dentro de un minuto.
market-error-full = El disco del mercado está lleno y ahora no se puede guardar nada. Tu cambio no se hizo; prueba dentro de unos minutos.
market-error-unsaved = Tu cambio no se pudo guardar y no quedó nada de él. Inténtalo otra vez.
market-error-not-tried = No se intentó, porque el anterior no se pudo guardar. Prueba dentro de unos minutos.
market-error-doubt = La respuesta a tu cambio se perdió: no sabemos si se hizo. Mira primero, y repítelo solo si no está.
market-error-reference = Si nos preguntas, di esto: { $a }
market-error-home = A la página de inicio

market-title-400 = No se puede leer
market-title-401 = Entra primero
market-title-403 = No permitido
market-title-404 = No encontrado
market-title-405 = Aquí no se puede
market-title-408 = Demasiado lento
market-title-409 = Ahora no se puede
market-title-412 = Cambió mientras tanto
market-title-413 = Demasiado grande
market-title-415 = Contenido de otro tipo
market-title-421 = Dirección equivocada
market-title-422 = Algo está mal
market-title-429 = Demasiados intentos
market-title-500 = Algo falló
market-title-503 = Ahora no disponible

market-bad-field = Un valor no se puede usar: { $problem }
market-bad-json = El cuerpo no es JSON válido: { $problem }
market-bad-form = Al formulario le falta un campo, o uno no se puede usar.
market-bad-text = El cuerpo no es texto en UTF-8.
market-one-host = Una petición nombra exactamente un Host.
market-scope = A este token le falta el permiso { $scope }. Crea uno que lo tenga.
market-managers-only = Esta página es para quienes llevan el mercado. Entra con una de sus cuentas.
market-shop = Tienda
market-farms = Granjas
market-cart = Cesta
market-form-saved = Guardado
market-form-errors = Hay algo que corregir
market-manage = Gestión
market-menu = Menú
market-find-order = Buscar tu pedido
market-show-all = Ver todo
market-form-now = Ahora: { $a }
market-form-now-empty = Ahora vacío
market-form-stale = Alguien lo cambió mientras tanto. Lo que ahora es distinto está junto a su campo; guarda otra vez para dejar lo tuyo.
market-form-moved = Alguien lo cambió mientras tanto. Así está ahora.
market-unknown-field = Aquí no hay ningún campo { $field }. Quítalo.
market-missing-field = Falta el campo { $field }. Añádelo.
market-twice-field = El campo { $field } está dos veces. Envíalo una vez.
market-wrong-kind = El campo { $field } tiene un valor de otro tipo. La descripción de la API dice cuál es.

market-saved = Copia guardada del
market-unsent = No se ha enviado: no hay conexión. Lo que has escrito sigue aquí.
market-update = Hay una versión nueva.
market-update-take = Recargar
market-offline-title = Páginas guardadas
market-offline-instead = Sin conexión. Esta página no está guardada en este teléfono.
market-offline-what = Las páginas que abres con conexión se guardan en este teléfono, solo para ti. Al cerrar la sesión se borran.
market-offline-none = Aún no hay nada guardado. Abre tu pedido una vez con conexión.
market-offline-insecure = Guardar páginas necesita una dirección que empiece por https. Todo lo demás funciona.
market-offline-again = Volver a intentar
market-offline-signed-out = Las páginas guardadas se han borrado. Cierra la sesión de nuevo cuando tengas conexión.
