#!/bin/sh
# Registers the shop's services and definitions; what is registered already stays as it is.
set -eu
shop=/opt/shop/participants/shop
sagaway participants register order order:7071
sagaway participants register inventory inventory:7072
sagaway participants register payment payment:7073
sagaway participants register shipping shipping:7074
sagaway definitions apply "$shop/place_order.yaml"
sagaway definitions apply "$shop/place_and_ship_order.yaml"
