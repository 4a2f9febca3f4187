setup-step = Paso { $n } de 3. Cada paso queda guardado.
setup-next = Guardar y seguir
setup-finish = Terminar
setup-skip = Añadir lugares y días más tarde
setup-market = Prepara tu mercado
setup-owner = Tu cuenta
setup-owner-name = Tu nombre
setup-owner-email = Tu correo
setup-owner-email-hint = Allí se envían los enlaces para entrar. Entras enseguida.
setup-owner-bad-name = Escribe un nombre de 80 caracteres como máximo.
setup-owner-bad-email = No es un correo completo. Escríbelo como nombre@example.org.
setup-place = Dónde y cuándo se recoge
setup-week = El mercado semanal
setup-week-weekday = Día de la semana
setup-week-from = Recogida desde
setup-week-to = Recogida hasta
setup-week-capacity = Pedidos como máximo
setup-week-cutoff-day = Día de cierre
setup-week-cutoff = Hora de cierre
setup-week-bad-weekday = Elige un día de la semana.
setup-week-bad-time = Escribe una hora, como 9:00.
setup-week-bad-capacity = Escribe cuántos pedidos caben, de 1 a 100.000.
setup-week-bad-cutoff = El cierre tiene que ser anterior a la recogida.
setup-week-ends-early = La recogida tiene que acabar después de empezar.

setup-waiting = Este mercado se está preparando
setup-waiting-lead = Vuelve pronto: se podrá pedir cuando esté listo.
setup-waiting-operator = ¿Lo llevas tú? Abre el enlace que mostró la terminal al arrancar.
setup-new-link = Para un enlace nuevo, ejecuta esto en el servidor, con las opciones de market serve:
setup-old = Este enlace ya no abre nada
setup-old-lead = Tiene más de 30 minutos o nunca lo fue. Lo que guardaste sigue ahí.
setup-over = Este mercado está preparado
setup-over-lead = Los enlaces de preparación ya no abren nada. Entra para gestionarlo.
setup-over-login = Entrar
setup-done = { $a } está listo
setup-done-lead = Lo que un mercado nuevo necesita ahora:
setup-done-farms = Cómo llegan las granjas
setup-done-days = Ver los días de mercado
setup-done-settings = Fijar comisiones e impuestos
setup-done-home = Ver la página de inicio

setup-week-days-before = { $n ->
    [0] El mismo día
    [one] { $n } día antes
   *[other] { $n } días antes
}
