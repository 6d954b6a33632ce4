class Solver:
    def __init__(self, *_, **__):
        pass

    def train(self, n):
        return [0.0] * n
