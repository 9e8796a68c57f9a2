BASE_BOUND = 0.35
SHORT_BOUND = 3.6
RATIOS: dict[str, float] = {"en": 1.0}
