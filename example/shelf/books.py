"""What is on the shelf this season."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Book:
    """A book that the room reads together; `evening` is when."""

    title: str
    author: str
    year: int
    about: str
    evening: str


BOOKS = (
    Book(
        "Middlemarch",
        "George Eliot",
        1871,
        "A doctor, a scholar's wife and a town that has opinions about both.",
        "Tuesday, 1 December",
    ),
    Book(
        "The Moonstone",
        "Wilkie Collins",
        1868,
        "A diamond vanishes from a country house, and everybody tells a part of how.",
        "Tuesday, 8 December",
    ),
    Book(
        "North and South",
        "Elizabeth Gaskell",
        1854,
        "Margaret Hale moves to a mill town and changes her mind more than once.",
        "Tuesday, 15 December",
    ),
    Book(
        "Three Men in a Boat",
        "Jerome K. Jerome",
        1889,
        "Up the Thames with a tin of pineapple and no opener.",
        "Tuesday, 12 January",
    ),
)
