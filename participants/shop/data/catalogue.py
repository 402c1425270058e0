"""What the demo's shop lists: a homeware shop's products, and names for its customers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the shop lists it. `unit_price` is in cents."""

    sku: str
    name: str
    unit_price: int


# Code, name, price in cents, variants.
_LINES = (
    ("MUG", "Stoneware mug", 1_490, ("sand", "slate", "moss", "rust")),
    ("BOWL", "Stoneware bowl", 1_790, ("sand", "slate", "moss", "rust")),
    ("PLATE", "Dinner plate", 1_990, ("sand", "slate", "moss", "rust")),
    ("GLASS", "Tumbler, set of four", 2_450, ("clear", "smoke", "amber")),
    ("CARAFE", "Water carafe", 3_290, ("clear", "smoke")),
    ("KNIFE", "Kitchen knife", 6_900, ("paring", "bread", "chef", "carving")),
    ("BOARD", "Chopping board", 3_890, ("oak", "beech", "walnut")),
    ("PAN", "Cast-iron pan", 7_950, ("20cm", "24cm", "28cm")),
    ("POT", "Enamel pot", 8_900, ("2l", "4l", "6l")),
    ("KETTLE", "Kettle", 5_990, ("steel", "black", "white")),
    ("GRIND", "Coffee grinder", 12_900, ("hand", "electric")),
    ("ESPR", "Espresso machine", 64_900, ("one", "two")),
    ("BEANS", "Coffee beans, 1 kg", 2_390, ("house", "dark", "decaf")),
    ("TEA", "Loose tea, 250 g", 1_250, ("assam", "sencha", "rooibos")),
    ("TOWEL", "Tea towel, set of three", 1_890, ("linen", "cotton")),
    ("APRON", "Apron", 2_950, ("linen", "denim")),
    ("CLOTH", "Tablecloth", 5_490, ("140", "180", "220")),
    ("CANDLE", "Beeswax candle", 990, ("small", "tall", "pillar")),
    ("LAMP", "Table lamp", 15_900, ("brass", "black", "oak")),
    ("CHAIR", "Dining chair", 24_900, ("oak", "ash", "black")),
    ("STOOL", "Step stool", 8_450, ("oak", "ash")),
    ("SHELF", "Wall shelf", 11_900, ("60", "90", "120")),
    ("RUG", "Wool rug", 34_900, ("140", "200")),
    ("CUSH", "Cushion cover", 2_190, ("sand", "slate", "moss", "rust", "ink")),
    ("THROW", "Wool throw", 9_900, ("grey", "ochre")),
    ("VASE", "Vase", 4_250, ("small", "large")),
    ("CLOCK", "Wall clock", 5_690, ("white", "oak")),
    ("HOOK", "Coat hook", 1_350, ("brass", "black")),
    ("BASKET", "Willow basket", 3_950, ("small", "medium", "large")),
    ("SOAP", "Olive-oil soap", 690, ("plain", "laurel", "lavender")),
)

PRODUCTS = tuple(
    Product(f"{code}-{variant.upper()}", f"{name}, {variant}", price + 10 * place * (price // 200))
    for code, name, price, variants in _LINES
    for place, variant in enumerate(variants)
)

# Nothing left on the first day.
SOLD_OUT = ("ESPR-TWO", "LAMP-BRASS", "RUG-200", "CUSH-INK", "PAN-28CM")
# A few left on the first day.
SCARCE = {"KNIFE-CARVING": 3, "CHAIR-BLACK": 6, "THROW-OCHRE": 4, "VASE-LARGE": 2, "CLOCK-OAK": 5, "POT-6L": 8}
# Listed by the shop, not yet known to the warehouse.
ANNOUNCED = ("GRIND-ELECTRIC", "BASKET-LARGE", "TEA-ROOIBOS", "CARAFE-SMOKE")

FIRST_NAMES = (
    "Ada", "Aisha", "Akira", "Amara", "Anders", "Beatriz", "Bogdan", "Carmen", "Chiara", "Dilan", "Elif", "Emil",
    "Esther", "Farid", "Femke", "Gloria", "Hana", "Henrik", "Ines", "Ivan", "Jelena", "Jonas", "Kaito", "Katarzyna",
    "Lamin", "Leila", "Linnea", "Luca", "Maeve", "Marek", "Mei", "Nadia", "Noor", "Olga", "Omar", "Paulo", "Petra",
    "Quentin", "Ravi", "Rosa", "Samir", "Sofia", "Tariq", "Tomás", "Uma", "Viktor", "Wanjiru", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abadi", "Almeida", "Andersson", "Bakker", "Berger", "Castro", "Chen", "Costa", "Dahl", "Demir", "Dubois",
    "Eriksen", "Fischer", "García", "Haddad", "Hansen", "Horvat", "Ito", "Ivanova", "Jensen", "Kaya", "Keita",
    "Kowalska", "Kumar", "Larsen", "Lefèvre", "Lindqvist", "Marino", "Mbeki", "Meyer", "Moreau", "Mutua", "Nakamura",
    "Novák", "O'Brien", "Okafor", "Petrov", "Popescu", "Rahman", "Rossi", "Sato", "Schneider", "Silva", "Singh",
    "Suzuki", "Tanaka", "Varga", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
