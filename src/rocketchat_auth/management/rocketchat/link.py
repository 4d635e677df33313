HELP = "x"


def add_arguments(parser): ...


def run(screen, options):
    return 0
