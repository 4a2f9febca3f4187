farms-title = Farms
farms-settings = Farm profile
