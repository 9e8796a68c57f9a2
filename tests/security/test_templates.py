"""Templates of users: nothing of Python, no file, no unbounded time or memory; errors name the line."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from parallelize.core.errors import InputError
from parallelize.report.templates import render
from parallelize.text.prompts.render import render_template

VALUES = {"name": "x", "languages": [{"code": "de"}, {"code": "pt"}], "text": "\ue000text\ue001"}

LOOP, END = "{% for a in range(9999) %}", "{% endfor %}"
BOMBS = [
    LOOP + LOOP + LOOP + END * 3,
    "{% for a in range(9999) %}{% for b in range(9999) if false %}{% endfor %}{% endfor %}",
    LOOP + LOOP + "{{ range(9999) | list | length }}" + END * 2,
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 9 ** 64 ** 3 }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ 'x'.center(1000000000) }}",
    "{{ 'x'.zfill(1000000000) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x' | format }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ 'x' | indent(1000000000) }}",
    "{{ [1] | batch(1000000000, 'x') | list }}",
    "{{ 1.5 | round(1000000000) }}",
    "{% set n = namespace(x='a' ~ name) %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "{% set n = namespace(x='a' ~ name) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x='aa') %}" + LOOP + "{% set n.x = n.x | replace('a', n.x) %}" + END,
    "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "{% set n = namespace(x=9) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "{% set n = namespace(x='a') %}" + LOOP + "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}" + END,
    "{% for a in range(9999) %}" + "y" * 5000 + "{% endfor %}",
    "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{{ range(100000000) | list }}",
    "{{ lipsum(1000000) }}",
    "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
]


RENDERERS = {
    "card": lambda template: render(template, VALUES, where="own.md.jinja"),
    "prompt": lambda template: render_template("own", template, VALUES),
}


@pytest.mark.parametrize("template", BOMBS)
@pytest.mark.parametrize("kind", ["card", "prompt"])
def test_no_template_takes_much_time_or_memory(template: str, kind: str) -> None:
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(InputError, match=r"own"):
        RENDERERS[kind](f"first line\n{template}")
    taken, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 20
    assert peak < 200_000_000


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ 'x'.nothing }}", "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ 'x' | int(base=99) + languages }}", "line 3"),
        ("{{ languages[0].nothing }}", "has no attribute 'nothing'"),
        ("{{ languages | sum }}", "TypeError"),
        ("{% for %}", "line 3"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "line 3"),
    ],
)
def test_errors_name_the_template_and_its_line(template: str, words: str) -> None:
    with pytest.raises(InputError, match=r"own\.md\.jinja, line 3: ") as caught:
        render(f"one\ntwo\n{template}\nfour", VALUES, where="own.md.jinja")
    assert words in str(caught.value)


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ '' | attr('__class__') }}",
    "{{ languages.__init__.__globals__ }}",
    "{{ range.__globals__ }}",
    "{{ self.__init__ }}",
    "{{ _budget.deadline.__class__ }}",
    "{{ namespace.__init__ }}",
    "{{ ''.format.__self__ }}",
    "{{ '{0.__class__}'.format(name) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ languages.append(1) }}",
    "{{ cycler.__init__ }}",
    "{{ name | safe }}",
]


@pytest.mark.parametrize("template", ESCAPES)
def test_known_escapes_are_refused(template: str) -> None:
    with pytest.raises(InputError, match=r"own\.md\.jinja"):
        render(template, VALUES, where="own.md.jinja")
    with pytest.raises(InputError, match="own"):
        render_template("own", template, VALUES)


def test_what_a_template_needs_still_works() -> None:
    template = (
        "{% for item in languages %}{{ loop.index }}/{{ loop.length }} {{ item.code ~ '!' }}"
        "{% if not loop.last %}, {% endif %}{% endfor %} {{ name | upper | replace('X', 'y') }} "
        "{{ 2 * 3 + 1 }} "
        "{{ languages | map(attribute='code') | join(' + ') }} {{ range(3) | list | length }}"
    )
    assert render(template, VALUES, where="own") == "1/2 de!, 2/2 pt! y 7 de + pt 3"
