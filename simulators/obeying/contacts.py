"""Orders about who comes where, and what is done about a topic."""

from __future__ import annotations

import numpy as np

from simulators.levers import routing
from simulators.levers.ordered import Ordered
from simulators.obeying.outcome import Done, Item, Refused, settled
from simulators.orders_queues import SetRoutingWeights, SetTopicAnswer, StopTopic
from simulators.world import World


def set_routing_weights(world: World, _site: str, order: SetRoutingWeights) -> Done | Refused:
    """How the sites share the new contacts of a category. Any site's router knows it for all of them."""
    layout, lever = world.layout, world.levers.routing
    alike = np.array([queue.row.category == order.category for queue in layout.queues], dtype=np.bool_)
    if not alike.any():
        return Refused("PRECONDITION", f"category: no queue of {order.category!r}")
    weights = lever.ordered.copy()
    queues = {name: np.flatnonzero(alike & (layout.queue_site == number)) for number, name in enumerate(layout.sites)}
    for name, weight in order.weights.items():
        weights[queues.get(name, [])] = weight
    if not weights[alike].any():
        return Refused("BAD_ARGS", "weights: at least one site has to take the contacts")
    items: list[Item] = []
    for name, weight in order.weights.items():
        if not len(queues.get(name, ())):
            error = "no such site" if name not in queues else "no queue of this category"
            items.append({"target": name, "before": None, "after": None, "error": error})
            continue
        before = [lever.order(int(queue), weight, world.tick) for queue in queues[name]]
        items.append({"target": name, "before": before[0], "after": float(weight)})
    return settled(items, routing.FULL_S)


def answer_topic(world: World, site: str, order: SetTopicAnswer) -> Done:
    """One canned answer and a notice deal with a topic, or no longer."""
    return _on_topics(world, site, order, world.levers.topics.answers, 600.0)


def stop_topic(world: World, site: str, order: StopTopic) -> Done:
    """The merchant stops what a topic comes from, or starts it again."""
    return _on_topics(world, site, order, world.levers.topics.stops, 1800.0)


def _on_topics(world: World, site: str, order: SetTopicAnswer, lever: Ordered, eta_s: float) -> Done:
    topics, number = world.levers.topics, world.sites.index(site)
    items: list[Item] = []
    for name, on in order.wanted(topics.names).items():
        place = topics.place(number, name, world.topics)
        if place is None:
            items.append({"target": name, "before": None, "after": None, "error": "no such topic here"})
        else:
            before = int(lever.order(place, float(on), world.tick))
            items.append({"target": topics.name(place), "before": before, "after": on})
    return settled(items, eta_s)
