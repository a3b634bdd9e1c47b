"""The host: call order, isolated notifications, and every reason to refuse a start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bole.access import Work
from bole.errors import StartRefused
from bole.host import API, Config, Host

MakePlugin = Callable[..., str]
SAYS = "@hookimpl\ndef bole_convert_money(work, amount, currency, moment): return {answer!r}"
KIND = 'KIND = ObservationKind("sale.closed", Label("成交", "Deal"), has_amount=True)\n@hookimpl\ndef bole_observation_kinds(): return [KIND]\n'


def started(packages: Mapping[str, str], *, settings: Mapping[str, Any] | None = None, names: tuple[str, ...] = ()) -> Host:
    """Return a host with these plugins in this order."""
    return Host(Config(plugins=names or tuple(packages), settings=settings or {}), packages=packages)


def refusal(packages: Mapping[str, str], **options: Any) -> list[str]:
    """Return the problems for which a host refuses to start, one a line."""
    with pytest.raises(StartRefused) as refused:
        started(packages, **options)
    assert refused.value.code == "core.start_refused"
    head, *lines = refused.value.message.split("\n")
    assert head == "the start is refused:"
    return [line.removeprefix("  - ") for line in lines]


def manifest_of(tmp_path: Any, package: str) -> str:
    """Return the path of a plugin's manifest."""
    return str(tmp_path / package / "plugin.toml")


def test_the_list_of_plugins_is_the_call_order(make_plugin: MakePlugin) -> None:
    """Implementations are called in the order of the configuration, the core's first."""
    packages = {name: make_plugin(name, "@hookimpl\ndef bole_models(): return []") for name in ("beta", "alpha")}

    assert [name for name, _ in started(packages).per_plugin("bole_models")] == ["core", "beta", "alpha"]
    assert [name for name, _ in started(packages, names=("alpha", "beta")).per_plugin("bole_models")] == ["core", "alpha", "beta"]


def test_the_first_plugin_that_knows_decides(make_plugin: MakePlugin, work: Work) -> None:
    """A decision is the first answer that is one, in call order."""
    packages = {name: make_plugin(name, SAYS.format(answer=answer)) for name, answer in (("silent", None), ("first", "one"), ("second", "two"))}

    assert started(packages).hook.bole_convert_money(work=work, amount=None, currency="", moment=None) == "one"


def test_only_enabled_plugins_are_imported(make_plugin: MakePlugin) -> None:
    """An installed plugin that is not enabled is not imported, so nothing in it can break the start."""
    packages = {"good": make_plugin("good"), "bad": make_plugin("bad", "raise RuntimeError('imported')")}

    assert list(started(packages, names=("good",)).manifests) == ["core", "good"]


def test_a_notification_reaches_the_named_plugin_only(make_plugin: MakePlugin, work: Work) -> None:
    """`notify` calls one plugin's implementation, with the arguments that it takes."""
    code = "TOLD = []\n@hookimpl\ndef bole_period_closed(period_id): TOLD.append(period_id)"
    host = started({name: make_plugin(name, code) for name in ("one", "two")})

    failure = host.notify("two", "bole_period_closed", work, period_id=7)

    assert failure is None
    assert [host.pm.get_plugin(name).TOLD for name in ("one", "two")] == [[], [7]]


def test_a_failing_notification_is_told_and_not_raised(make_plugin: MakePlugin, work: Work) -> None:
    """What an implementation raises comes back as text."""
    host = started({"bad": make_plugin("bad", "@hookimpl\ndef bole_period_closed(work, period_id): raise OSError('disk full')")})

    assert host.notify("bad", "bole_period_closed", work, period_id=7) == "OSError('disk full')"


def test_settings_are_checked_by_the_plugins_schema(make_plugin: MakePlugin) -> None:
    """A plugin's settings come with the defaults of its schema."""
    packages = {"dummy": "tests.dummy_plugin"}

    assert started(packages).settings["dummy"] == {"greeting": "hello"}
    assert started(packages, settings={"dummy": {"greeting": "hi"}}).settings["dummy"] == {"greeting": "hi"}


def test_every_permission_is_known(make_plugin: MakePlugin) -> None:
    """The registry holds the permissions of the core and of every plugin."""
    permissions = started({"dummy": "tests.dummy_plugin"}).registry.permissions

    assert permissions["dummy.note.read"].en == "See notes"
    assert permissions["core.payout.read"].zh == "查看发放"


def test_declarations_know_their_plugin(make_plugin: MakePlugin) -> None:
    """The registry says who declared what."""
    host = started({"sales": make_plugin("sales", KIND)})

    assert host.registry.owner("observation_kinds", "sale.closed") == "sales"


def test_a_plugin_that_is_not_installed_is_refused(make_plugin: MakePlugin) -> None:
    """The installed plugins are listed."""
    packages = {"sales": make_plugin("sales")}

    assert refusal(packages, names=("payrol",)) == ["the plugin 'payrol' is not installed. Installed plugins: sales."]


def test_a_plugin_enabled_twice_is_refused(make_plugin: MakePlugin) -> None:
    """The same name twice in the list stops the start."""
    assert refusal({"sales": make_plugin("sales")}, names=("sales", "sales")) == ["the plugin 'sales' is enabled twice in the configuration."]


def test_a_manifest_under_another_name_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """The entry point and the manifest must agree on the name."""
    package = make_plugin("sales")

    assert refusal({"shop": package}) == [
        f"{manifest_of(tmp_path, package)} calls itself 'sales', but is registered as 'shop'. Make the two names agree."
    ]


def test_another_interface_is_refused_without_import(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """A plugin for another interface is named with both numbers and is not imported."""
    package = make_plugin("old", "raise RuntimeError('imported')", api=API + 1)

    said = (
        f"plugin 'old' 0.1.0 ({manifest_of(tmp_path, package)}) is written for interface {API + 1}; this is {API}. Install a release of it that fits."
    )
    assert refusal({"old": package}) == [said]


def test_a_missing_requirement_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """A plugin that requires another needs it enabled."""
    package = make_plugin("pay", manifest='[requires]\nsales = ">=0.1"')

    said = "requires 'sales', which is not enabled. Add it to the list of plugins, before this one."
    assert refusal({"pay": package}) == [f"plugin 'pay' 0.1.0 ({manifest_of(tmp_path, package)}) {said}"]


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        pytest.param(">=2", "requires 'sales' >=2; enabled is 0.1.0.", id="too old"),
        pytest.param("new", "requires 'sales' in 'new', which is not a range of versions. Write for example >=0.1,<1.", id="no range"),
    ],
)
def test_a_requirement_that_does_not_fit_is_refused(make_plugin: MakePlugin, tmp_path: Any, versions: str, said: str) -> None:
    """The range that is required and the version that is enabled are named."""
    package = make_plugin("pay", manifest=f'[requires]\nsales = "{versions}"')

    assert refusal({"sales": make_plugin("sales"), "pay": package}) == [f"plugin 'pay' 0.1.0 ({manifest_of(tmp_path, package)}) {said}"]


def test_a_cycle_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """Two plugins that require each other cannot be listed in any order, and the message says so."""
    one, two = make_plugin("one", manifest='[requires]\ntwo = ">=0"'), make_plugin("two", manifest='[requires]\none = ">=0"')

    said = "requires 'two', which is listed after it. List 'two' first; if it requires 'one' too, they form a cycle."
    assert refusal({"one": one, "two": two}) == [f"plugin 'one' 0.1.0 ({manifest_of(tmp_path, one)}) {said}"]


def test_a_misspelt_hook_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """A function named like a hook that there is not is named, with the nearest hook."""
    package = make_plugin("sales", "@hookimpl\ndef bole_indicatrs(): return []")

    said = f"plugin 'sales' ({manifest_of(tmp_path, package)}) implements 'bole_indicatrs', which is no hook. Did you mean 'bole_indicators'?"
    assert refusal({"sales": package}) == [said]


def test_a_hook_with_an_unknown_argument_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """An implementation that asks for what the hook does not give is named."""
    package = make_plugin("sales", "@hookimpl\ndef bole_period_closed(work, month): pass")

    (said,) = refusal({"sales": package})
    assert said.startswith(f"plugin 'sales' ({manifest_of(tmp_path, package)}): ")
    assert "month" in said and "bole_period_closed" in said


def test_a_plugin_that_cannot_be_imported_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """A missing library is named with the plugin that needs it."""
    package = make_plugin("sales", "import no_such_library")

    assert refusal({"sales": package}) == [f"plugin 'sales' ({manifest_of(tmp_path, package)}) cannot be imported: No module named 'no_such_library'"]


def test_a_duplicate_code_is_refused(make_plugin: MakePlugin) -> None:
    """A code that two plugins declare is named with both."""
    packages = {name: make_plugin(name, KIND) for name in ("sales", "shop")}

    assert refusal(packages) == ["observation_kinds: 'sale.closed' is declared by both 'sales' and 'shop'."]


def test_an_indicator_over_an_unknown_kind_is_refused(make_plugin: MakePlugin) -> None:
    """A declaration that refers to something nobody declares is named with its plugin."""
    code = """
    @hookimpl
    def bole_indicators():
        return [Indicator("sales.visits", Label("拜访", "Visits"), IndicatorKind.PROCESS, Unit.COUNT, aggregate=count("visit.made"))]
    """

    said = "indicator 'sales.visits' of plugin 'sales': no plugin declares the observation kind 'visit.made'."
    assert refusal({"sales": make_plugin("sales", code)}) == [said]


def test_a_declaration_that_cannot_be_is_refused(make_plugin: MakePlugin) -> None:
    """An impossible declaration stops the start with plugin and hook named."""
    code = """
    @hookimpl
    def bole_indicators():
        return [Indicator("sales.visits", Label("拜访", "Visits"), IndicatorKind.PROCESS, Unit.COUNT)]
    """

    said = "plugin 'sales', bole_indicators: the indicator 'sales.visits' needs an aggregate or a formula, and only one of them."
    assert refusal({"sales": make_plugin("sales", code)}) == [said]


def test_a_model_of_another_owner_is_refused(make_plugin: MakePlugin) -> None:
    """A plugin returns its own tables only."""
    code = "@hookimpl\ndef bole_models(): return [tables.Source]"

    assert refusal({"sales": make_plugin("sales", code)}) == ["plugin 'sales' returns the model Source, whose owner is 'core'."]


@pytest.mark.parametrize(
    ("packages", "settings", "said"),
    [
        pytest.param(
            {},
            {"sales": {}},
            "the configuration has settings for 'sales', which is not enabled. Enable it or remove [plugins.sales].",
            id="not enabled",
        ),
        pytest.param({"dummy": "tests.dummy_plugin"}, {"dummy": {"colour": 1}}, "[plugins.dummy] colour: Unknown field.", id="unknown key"),
        pytest.param({"dummy": "tests.dummy_plugin"}, {"dummy": {"greeting": 1}}, "[plugins.dummy] greeting: Not a valid string.", id="wrong type"),
        pytest.param({}, {"core": {"colour": 1}}, "plugin 'core' takes no settings, but [plugins.core] has 'colour'.", id="takes none"),
    ],
)
def test_wrong_settings_are_refused(packages: dict[str, str], settings: dict[str, Any], said: str) -> None:
    """Settings are refused for a plugin that is not enabled, for an unknown key and for a wrong value."""
    assert refusal(packages, settings=settings) == [said]


def test_a_schema_that_cannot_be_loaded_is_refused(make_plugin: MakePlugin, tmp_path: Any) -> None:
    """A manifest that names a schema there is not stops the start."""
    package = make_plugin("sales", manifest='settings = "nowhere.settings:Schema"')

    said = "names the settings 'nowhere.settings:Schema', which cannot be loaded: No module named 'nowhere'"
    assert refusal({"sales": package}) == [f"plugin 'sales' ({manifest_of(tmp_path, package)}) {said}"]


def test_all_problems_are_reported_together(make_plugin: MakePlugin) -> None:
    """A missing plugin, another interface, a misspelt hook, an unknown setting and a duplicate code come in one refusal."""
    packages = {
        "sales": make_plugin("sales", KIND + "@hookimpl\ndef bole_indicatrs(): return []"),
        "shop": make_plugin("shop", KIND),
        "old": make_plugin("old", api=9),
        "pay": make_plugin("pay", manifest='[requires]\nbank = ">=0"'),
    }

    found = refusal(packages, names=(*packages, "ghost"), settings={"shop": {"colour": 1}})

    wanted = [
        "'ghost' is not installed",
        "interface 9",
        "requires 'bank'",
        "'bole_indicatrs', which is no hook",
        "[plugins.shop] has 'colour'",
        "declared by both",
    ]
    assert len(found) == len(wanted)
    assert all(any(part in line for line in found) for part in wanted)
