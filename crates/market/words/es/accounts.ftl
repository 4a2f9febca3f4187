accounts-login-title = Entrar
accounts-login-lead = Con tu contraseña o con un enlace que te enviamos.
accounts-login-email = Tu dirección de correo
accounts-login-send = Enviarme un enlace
accounts-login-bad-email = No es una dirección completa. Escríbela como nombre@example.org.
accounts-login-old = Este enlace ya se usó o tiene más de 15 minutos. Pide otro.
accounts-sent-title = Mira tu correo
accounts-sent-lead = Si conocemos { $a }, el enlace va de camino. Vale 15 minutos.
accounts-sent-again = Otra dirección
accounts-confirm-title = Entrar como { $a }
accounts-confirm-lead = Un toque y estás dentro.
accounts-confirm-go = Entrar

accounts-mail-subject = Tu enlace para entrar
accounts-mail-hello = Hola { $a }:
accounts-mail-lead = con este enlace entras en { $a }. Vale 15 minutos y una sola vez.
accounts-mail-go = Entrar
accounts-mail-else = ¿No lo has pedido tú? Entonces no ha pasado nada; deja este correo.

accounts-form-errors = Aún no se ha enviado:
accounts-name = Tu nombre
accounts-name-bad = Escribe tu nombre en una línea de 100 caracteres como mucho.
accounts-login-password = Contraseña
accounts-login-go = Entrar
accounts-login-new = Crear una cuenta
accounts-login-forgotten = Olvidé la contraseña o nunca tuve
accounts-login-no-password = Escribe tu contraseña o deja que te enviemos un enlace.
accounts-login-wrong = La dirección y la contraseña no van juntas, o la dirección aún no está confirmada. Prueba otra vez o deja que te enviemos un enlace.

accounts-password-hint = { $shortest } caracteres como mínimo; varias palabras se recuerdan bien.
accounts-password-short = La contraseña necesita 10 caracteres como mínimo. Añade una palabra o dos.
accounts-password-long = La contraseña pasa de 256 bytes. Acórtala.
accounts-password-own = La contraseña es tu propio nombre o dirección. Elige algo que nadie adivine.
accounts-password-common = Esta contraseña está en todas las listas de las más usadas. Elige algo que nadie adivine.

accounts-signup-title = Crear una cuenta
accounts-signup-lead = Así tienes tus pedidos en un solo sitio y en todos tus dispositivos.
accounts-signup-go = Crear la cuenta
accounts-signup-known = Ya tengo cuenta: entrar
accounts-signup-sent = Hemos enviado un correo a { $a }. Pulsa su botón antes de 15 minutos y estarás dentro.
accounts-signup-confirm = Te damos la bienvenida, { $a }
accounts-signup-confirm-lead = Un toque confirma { $a } y estás dentro.
accounts-signup-confirm-go = Confirmar la dirección
accounts-signup-old = Este enlace ya se usó o tiene más de 15 minutos. Si lo usaste, entra; si no, empieza otra vez.
accounts-signup-again = Empezar otra vez

accounts-reset-title = Poner una contraseña nueva
accounts-reset-lead = Te enviamos un enlace para ponerla.
accounts-reset-for = Contraseña nueva para { $a }
accounts-reset-for-lead = Los demás dispositivos quedan fuera.
accounts-reset-new = Contraseña nueva
accounts-reset-go = Poner la contraseña

accounts-mail-signup-subject = Confirma tu dirección
accounts-mail-signup-lead = con este enlace confirmas tu dirección y entras en { $a }. Vale 15 minutos y una sola vez.
accounts-mail-known-subject = Ya tienes una cuenta
accounts-mail-known-lead = alguien, seguramente tú, quiso crear una cuenta en { $a } con esta dirección. Ya tienes una: entra con tu contraseña o pide allí un enlace.
accounts-mail-known-else = ¿No has sido tú? Entonces no ha pasado nada; deja este correo.
accounts-mail-reset-subject = Tu enlace para una contraseña nueva
accounts-mail-reset-lead = con este enlace pones una contraseña nueva en { $a }. Vale 15 minutos y una sola vez.
accounts-mail-changed-subject = Tu contraseña ha cambiado
accounts-mail-changed-lead = la contraseña de tu cuenta en { $a } ha cambiado y los demás dispositivos han quedado fuera.
accounts-mail-changed-else = ¿No has sido tú? Pon otra ahora mismo con el enlace de arriba y avisa al mercado.
accounts-mail-moved-subject = Tu dirección ha cambiado
accounts-mail-moved-lead = tu cuenta en { $a } tiene ahora otra dirección de correo; aquí ya no llegan mensajes.
accounts-mail-moved-else = ¿No has sido tú? Avisa al mercado ahora mismo.
