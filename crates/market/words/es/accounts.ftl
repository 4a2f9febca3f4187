accounts-login-title = Entrar
accounts-login-lead = Para granjas y personal del mercado. Te enviamos un enlace; no hay contraseña que recordar.
accounts-login-email = Tu dirección de correo
accounts-login-send = Enviarme un enlace
accounts-login-bad-email = No es una dirección completa. Escríbela como nombre@example.org.
accounts-login-old = Este enlace ya se usó o tiene más de 15 minutos. Pide otro.
accounts-sent-title = Mira tu correo
accounts-sent-lead = Si conocemos { $a }, el enlace va de camino. Vale 15 minutos.
accounts-sent-again = Otra dirección
accounts-confirm-title = Entrar como { $a }
accounts-confirm-lead = Un toque y estás dentro. Este dispositivo sigue dentro 12 horas.
accounts-confirm-go = Entrar

accounts-mail-subject = Tu enlace para entrar
accounts-mail-hello = Hola { $a }:
accounts-mail-lead = con este enlace entras en { $a }. Vale 15 minutos y una sola vez.
accounts-mail-go = Entrar
accounts-mail-else = ¿No lo has pedido tú? Entonces no ha pasado nada; deja este correo.
