"""Templates: what `${…}` becomes, what is refused when it is compiled, and what when it is resolved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.core.errors import UnresolvedExpression
from orchestrator.core.expression_cost import Analysis
from orchestrator.core.expression_evaluation import MAX_COST, MAX_DEPTH
from orchestrator.core.expression_syntax import MAX_LENGTH, MAX_NESTING, analyse, tokens
from orchestrator.core.expressions import (
    MAX_EXPRESSIONS,
    MAX_TEXT,
    Template,
    TemplateFault,
    TemplateInvalid,
    compile_template,
)

tried = settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

INPUT: dict[str, Any] = {
    "customer": "c-1",
    "amount": 1250,
    "rate": 0.5,
    "whole": 2.0,
    "vip": True,
    "note": None,
    "lines": [{"sku": "tea", "quantity": 2}, {"sku": "cup", "quantity": 1}],
    "post code": "N1",
    "huge": 2**70,
    "index": {"secret": 1},
    "key": "secret-value",
}
OUTPUTS: dict[str, Any] = {"order": {"id": "o-1", "total": 7}, "the-id": [1, 2], "steps": {"x": 1}}


def resolve(template: object, saga_input: object = INPUT) -> object:
    return compile_template(template).resolve(saga_input, OUTPUTS)


def faults(template: object) -> tuple[TemplateFault, ...]:
    with pytest.raises(TemplateInvalid) as caught:
        compile_template(template)
    return caught.value.faults


def unresolved(template: object, saga_input: object = INPUT) -> str:
    compiled = compile_template(template)
    with pytest.raises(UnresolvedExpression) as caught:
        compiled.resolve(saga_input, OUTPUTS)
    # Nothing of the library's error, which may quote the data, is left to be logged.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${input.amount}", 1250),
        ("${input.whole}", 2.0),
        ("${input.vip}", True),
        ("${input.note}", None),
        ("${input.lines}", INPUT["lines"]),
        ("${input}", INPUT),
        ("${input.lines[1].sku}", "cup"),
        ('${input["post code"]}', "N1"),
        ("${input.amount * 2 + 1}", 2501),
        ("${input.rate * 2.0}", 1.0),
        ("${9223372036854775807}", 2**63 - 1),
        ("${steps.order.output.id}", "o-1"),
        ('${steps["the-id"].output[1]}', 2),
        ('${steps.order["output"]["total"]}', 7),
        ("${steps.steps.output.x}", 1),
        ("${input.huge}", 2**70),  # a plain path hands on what is there
        ("${input.lines.map(l, l.quantity * 2)}", [4, 2]),
        ("${input.lines.filter(l, l.quantity > 1).size()}", 1),
        ('${input.lines.map(l, {"quantity": l.quantity, "id": l.sku})[0]}', {"id": "tea", "quantity": 2}),
        ("${has(input.discount) ? input.discount : 0}", 0),
        ("${has(steps.order.output.id)}", True),
        ('${ {"a": 1}.a }', 1),
        ('${"}"}', "}"),
        ("${'{'}", "{"),
        ('${"a" + \'"}"\'}', 'a"}"'),
        ('${r"\\"}', "\\"),
        ('${"""}"}"""}', '}"}'),
        ('${input.customer.matches("^c-[0-9]{1,4}$")}', True),
        ('${string(timestamp("2020-01-01T00:00:00Z") + duration("1h"))}', "2020-01-01T01:00:00+00:00"),
        (5, 5),
        ("plain", "plain"),
        ({"a": [None, True, {"b": 1.5}]}, {"a": [None, True, {"b": 1.5}]}),
        ({"${input.customer}": 1}, {"${input.customer}": 1}),  # keys are literal
    ],
)
def test_an_expression_becomes_its_native_value(template: object, value: object) -> None:
    assert json.dumps(resolve(template)) == json.dumps(value)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("order ${steps.order.output.id}!", "order o-1!"),
        ("${input.amount} ${input.whole} ${input.vip} ${input.note}", "1250 2.0 true null"),
        ("${input.lines} ", '[{"sku":"tea","quantity":2},{"sku":"cup","quantity":1}] '),
        ("${input.customer}${input.customer}", "c-1c-1"),
        ("$${input.customer}", "${input.customer}"),
        ("$$${input.customer}", "$${input.customer}"),
        ('${"$"}${input.amount}', "$1250"),
        ("$5 {} } $ {x}", "$5 {} } $ {x}"),
        ("ü ${'ö'} ß", "ü ö ß"),
    ],
)
def test_embedded_expressions_become_text(template: str, text: str) -> None:
    assert resolve(template) == text


def test_a_template_without_expressions_is_handed_back_as_it_is() -> None:
    value = {"a": ["b", {"c": 1}]}
    assert resolve(value) is value


def test_references_are_the_steps_read_and_nothing_that_only_looks_so() -> None:
    template = compile_template(
        {
            "a": "${steps.order.output.id} ${input.steps.fake.output}",
            "b": ['${"steps.not.output" + steps["the-id"].output[0]}', "steps.text.output", "$${steps.escaped.output}"],
            "c": "${[1].map(s, s + steps.looped.output.n)}",
        }
    )
    assert template.references == {"order", "the-id", "looped"}
    assert [(use.path, use.column, use.step_id) for use in template.uses] == [
        ("a", 3, "order"),
        ("b[0]", 24, "the-id"),
        ("c", 18, "looped"),
    ]


REFUSED: list[tuple[object, str, int, str]] = [
    ("${1 +}", "", 6, "not CEL: unexpected end"),
    ("${}", "", 3, "not CEL"),
    ({"a": [{"post code": "x ${input.}"}]}, 'a[0]["post code"]', 11, "not CEL"),
    ('${"a"\n + }', "", 10, "not CEL"),
    ("total ${input.amount", "", 7, "no closing brace"),
    ("${'}", "", 3, "not CEL"),
    ("${inptu.a}", "", 3, "did you mean 'input'"),
    ("${input.a + amount}", "", 13, "'amount' is unknown"),
    ("${.input.a}", "", 3, "start with a dot"),
    ("${steps[input.which].output}", "", 3, "steps are read as"),
    ("${steps}", "", 3, "steps are read as"),
    ("${size(steps)}", "", 8, "steps are read as"),
    ("${steps.order}", "", 3, "steps are read as"),
    ("${steps.order.outputs.id}", "", 3, "steps are read as"),
    ('${ {"steps": steps}["steps"] }', "", 14, "steps are read as"),
    ("${[1].map(steps, steps)}", "", 11, "hide the saga's steps"),
    ("${max(1, 2)}", "", 3, "no function 'max'"),
    ("${input.customer.startswith('c')}", "", 18, "did you mean 'startsWith'"),
    ("${type(1) == int}", "", 3, "no function 'type'"),
    ("${Order{id: 1}}", "", 3, "would make a message"),
    ("${input.lines.map(l)}", "", 15, "map takes a name"),
    ("${input.lines.all(l.a, true)}", "", 20, "not CEL"),
    ("${1 2}", "", 5, "not CEL: unexpected '2'"),
    ("${input.a.matches(input.b)}", "", 11, "one literal string"),
    ("${input.a.matches('(')}", "", 19, "no regular expression"),
    ("${1 / 0}", "", 1, "divides by zero"),
    ("${b'bytes'}", "", 1, "bytes, which JSON cannot hold"),
    ("${timestamp('2020-01-01T00:00:00Z')}", "", 1, "a timestamp, which JSON cannot hold"),
    ("${duration('1h')}", "", 1, "a duration, which JSON cannot hold"),
    ("${ {1: 2} }", "", 1, "keys that are no strings"),
    ("${1.0 / 0.0}", "", 1, "no finite number"),
    ("${18446744073709551615u}", "", 1, "more than 64 bits"),
    ("${9223372036854775808}", "", 3, "not CEL"),
    ("${" + "(" * (MAX_NESTING + 1) + "1" + ")" * (MAX_NESTING + 1) + "}", "", 3, "deeper than"),
    ("${" + "1+" * MAX_LENGTH + "1}", "", 3, "longer than"),
    ("${['x']" + ".map(a, a + a)" * 40 + "}", "", 1, "too much work"),
    (["${1}"] * (MAX_EXPRESSIONS + 1), "", 1, "is the limit"),
]
"""Templates that do not compile, the key, the column, and words of what is said. docs/definitions.md explains each."""


@pytest.mark.parametrize(("template", "path", "column", "words"), REFUSED)
def test_a_template_is_refused_when_compiled(template: object, path: str, column: int, words: str) -> None:
    fault = faults(template)[0]
    assert (fault.path, fault.column) == (path, column)
    assert words in fault.message


def test_all_faults_of_a_template_are_listed() -> None:
    template = {"a": "${1 +} ${nosuch}", "b": ["${input.ok}", "${steps.x}", "${foo() + bar}"]}
    assert [(fault.path, fault.column) for fault in faults(template)] == [
        ("a", 6),
        ("a", 10),
        ("b[1]", 3),
        ("b[2]", 3),
        ("b[2]", 11),
    ]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"a": {"b": ["${input.nosuch}"]}}, "a.b[0], column 1: there is no key 'nosuch'"),
        ("id ${steps.order.output.nosuch}", "the template, column 4: there is no key 'nosuch'"),
        ("${steps.missing.output}", "step 'missing' has no output"),
        ("${steps.missing.output.a + 1}", "no key 'output'"),
        ("${input.lines[7]}", "no element 7"),
        ("${input.amount.cents}", "a number has no 'cents'"),
        ("${input.lines[9].sku + 'x'}", "no such element"),
        ("${input.nosuch + 1}", "there is no key 'nosuch'"),
        ("${input.rate + 1}", "types do not fit"),
        ("${input.customer + 1}", "types do not fit"),
        ("${input.amount / (input.amount - 1250)}", "divides by zero"),
        ("${input.amount * 9223372036854775807}", "leaves its range"),
        ("${int(input.customer)}", "a function was given"),
        ("${input.huge + 1}", "more than 64 bits"),
        ("${input.rate / 0.0}", "no finite number"),
        ("${bytes(input.customer)}", "bytes, which JSON cannot hold"),
        ("${timestamp(input.customer)}", "a function was given"),
    ],
)
def test_an_expression_without_a_value_is_refused_when_resolved(template: object, words: str) -> None:
    assert words in unresolved(template)


@pytest.mark.parametrize(
    "template",
    [
        "${input.index[input.key]}",
        "${int(input.key)}",
        "${input.key + 1}",
        "${input.key.amount}",
        "${bytes(input.key)}",
    ],
)
def test_errors_hold_nothing_of_the_data(template: str) -> None:
    assert "secret-value" not in unresolved(template)


def test_text_that_is_no_unicode_is_refused() -> None:
    assert "no value that JSON can hold" in unresolved("${input.a + 'x'}", {"a": "\ud800"})


def test_data_that_is_no_json_is_refused_in_text() -> None:
    assert "none that JSON can hold" in unresolved("a ${input.a}", {"a": float("nan")})
    deep: list[object] = []
    deep.append(deep)
    assert "none that JSON can hold" in unresolved("a ${input.a}", {"a": deep})


def test_resolved_text_is_bounded() -> None:
    assert "longer than" in unresolved("${input.a}${input.a}", {"a": "x" * (MAX_TEXT // 2 + 1)})
    assert len(str(resolve("${input.a}${input.a}", {"a": "x" * (MAX_TEXT // 2)}))) == MAX_TEXT


@pytest.mark.parametrize(
    "template",
    [
        "${input.lines.map(a, a)}",
        "${input.lines.all(a, input.lines.exists(b, b == a))}",
        "${input.text.matches('(.{0,90}){9}y')}",
        "${input.lines.map(a, input.lines)}",
    ],
)
def test_work_is_bounded_by_what_an_expression_may_make_of_its_data(template: str) -> None:
    assert "too much work" in unresolved(template, {"lines": list(range(5_000)), "text": "x" * 50_000})
    resolve(template, {"lines": list(range(50)), "text": "x" * 50})


def test_data_too_deep_for_the_library_is_refused() -> None:
    def nested(levels: int) -> object:
        value: object = 1
        for _ in range(levels):
            value = [value]
        return {"a": value}

    assert "deeper than" in unresolved("${size(input.a)}", nested(MAX_DEPTH + 1))
    assert resolve("${size(input.a)}", nested(MAX_DEPTH - 2)) == 1


def test_map_keys_come_out_in_order() -> None:
    made = resolve('${ {"c": {"z": 1, "y": 2}, "a": 1, "e": 1, "b": 2, "g": 1, "f": 1, "d": 1} }')
    assert json.dumps(made) == '{"a": 1, "b": 2, "c": {"y": 2, "z": 1}, "d": 1, "e": 1, "f": 1, "g": 1}'


def test_templates_of_equal_source_are_equal() -> None:
    assert compile_template({"a": "${input.x}"}) == compile_template({"a": "${input.x}"})
    assert compile_template({"a": "${input.x}"}) != compile_template({"a": "${input.y}"})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c d"]), inner, max_size=3),
    max_leaves=12,
)
KEYS = st.lists(st.sampled_from([".a", ".b", '["c d"]', "[0]", "[1]"]), max_size=4)


def outcome(expression: str, saga_input: object, outputs: dict[str, object]) -> str:
    try:
        return json.dumps(compile_template(expression).resolve(saga_input, outputs), sort_keys=True)
    except UnresolvedExpression:
        return "unresolved"


@tried
@given(JSON, KEYS)
def test_a_plain_path_means_the_same_with_and_without_cel(value: object, keys: list[str]) -> None:
    for root in ("input", "steps.s.output"):
        path = root + "".join(keys)
        plain, by_cel = f"${{{path}}}", f"${{({path})}}"
        assert outcome(plain, value, {"s": value}) == outcome(by_cel, value, {"s": value})


@tried
@given(JSON)
def test_values_without_expressions_survive_a_template(value: object) -> None:
    assert json.dumps(compile_template(value).resolve(None, {})) == json.dumps(value)


@tried
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_a_cel_string(text: str) -> None:
    quoted = json.dumps(text, ensure_ascii=False)
    assert resolve(f"<${{{quoted}}}>") == f"<{text}>"
    template = compile_template(f"${{{quoted} + steps.s.output}}")
    assert template.references == {"s"}
    assert template.resolve(None, {"s": "!"}) == text + "!"


WORDS = r"""
    input steps .a .output [0] ( ) [ ] { } , : ? + - == x 1 's' " ' \ // .all( has( size( in null . 1u 1.5 b'x' int(
    -9223372036854775808 r' $ ${ steps.s.output .matches('a') é
"""
SOUP = st.lists(st.sampled_from([*WORDS.split(), ".map(x, ", " ", "\n"]), max_size=12).map("".join)


@tried
@given(SOUP, JSON)
def test_whatever_is_written_ends_in_a_value_or_a_clear_refusal(text: str, value: object) -> None:
    try:
        template = compile_template("${" + text + "}")
    except TemplateInvalid as error:
        said = [fault.message for fault in error.faults if fault.column >= 1]
    else:
        said = [outcome_or_refusal(template, value)]
    assert said
    assert all(said)


def outcome_or_refusal(template: Template, value: object) -> str:
    try:
        return json.dumps(template.resolve(value, {"s": value}), allow_nan=False)
    except UnresolvedExpression as error:
        return str(error)


BODIES = st.recursive(
    st.sampled_from(["x", "y", "input.l", "[x, y]", '{"a": x, "b": x}', "1"]),
    lambda inner: st.one_of(
        inner.map(lambda body: f"input.l.map(x, {body})"),
        inner.map(lambda body: f"input.m.map(y, {body})"),
        inner.map(lambda body: f"[{body}, {body}].filter(x, true)"),
        inner.map(lambda body: f"[{body}] + [{body}]"),
        inner.map(lambda body: f"[{body}].map(x, [x, x])"),
    ),
    max_leaves=4,
)


def weight(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(weight, value.values()))
    return 1 + sum(map(weight, value)) if isinstance(value, list) else 1


def analysis_of(expression: str) -> Analysis:
    return analyse(tokens(expression, 0))


@tried
@given(BODIES, st.integers(0, 4), st.integers(0, 4))
def test_no_result_weighs_more_than_its_bound(body: str, first: int, second: int) -> None:
    expression = f"input.l.map(x, input.m.map(y, {body}))"
    data = {"l": list(range(first)), "m": [[i] for i in range(second)]}
    bound = analysis_of(expression).cost([2 * second + first + 1] * expression.count("input."), max(first, second))
    if bound <= MAX_COST:
        assert weight(compile_template("${" + expression + "}").resolve(data, {})) <= bound
