farms-title = Granjas
farms-settings = Perfil de la granja
