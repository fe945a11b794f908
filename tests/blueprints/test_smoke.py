from tests.blueprints.world import every_state
def test_smoke(enter, world):
    refs = every_state(world)
    for who in ("agent", "supervisor", "finance", "auditor"):
        p = enter(who)
        p.page("/queue")
        for ref in refs.values():
            p.page(f"/cases/{ref}")
            p.get(f"/cases/{ref}/row?open=1&back=/queue", htmx=True)
    p = enter("agent")
    p.page("/settings"); p.page("/register"); 
    for k in ("inquiry","complaint","change"): p.page(f"/register?kind={k}")
    enter(None).page("/login")
