"""The stored metrics that show what the desk has ordered, and what became of it: one column for each lever."""

from __future__ import annotations

from feeds.metric import Add, Good, Metric, Rows, Unit, counter, gauge

LEVER_GAUGES: tuple[Metric, ...] = (
    gauge(
        "wrap_up_share",
        "话后整理比例",
        "Wrap-up",
        Unit.SHARE,
        "share of the usual wrap-up that agents are to do; 1 is all of it",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "routing_weight",
        "分流权重",
        "Routing weight",
        Unit.RATIO,
        "weight of the site in dealing out new contacts of this category; 1 is its usual share",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "queue_priority",
        "队列优先级",
        "Priority",
        Unit.COUNT,
        "level within the group of agents: higher ones are answered first; 0 is usual",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "greeting_on",
        "排队提示",
        "Wait greeting",
        Unit.COUNT,
        "1 while customers are told the expected wait and may leave a message, else 0",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "callback_after_s",
        "回拨门槛",
        "Callback after",
        Unit.SECONDS,
        "expected wait beyond which a callback is offered; 0 is off",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "queue_cap",
        "队列上限",
        "Queue cap",
        Unit.COUNT,
        "contacts that may wait at once; 0 is no limit",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "snippets_on",
        "本地话术",
        "Local snippets",
        Unit.COUNT,
        "1 while agents work with local snippets and off-line look-up, else 0",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge(
        "topics_answered",
        "统一话术话题",
        "Topics answered",
        Unit.COUNT,
        "topics that a notice or one canned answer deals with now",
        add=Add.MAX,
    ),
    gauge(
        "topics_stopped",
        "止源话题",
        "Topics stopped",
        Unit.COUNT,
        "topics whose cause the merchant has stopped: a coupon, a link, a price",
        add=Add.MAX,
    ),
    gauge(
        "work_open",
        "待办工单",
        "Open work",
        Unit.COUNT,
        "messages and callbacks promised and not yet dealt with",
        good=Good.LOWER,
    ),
)

LEVER_COUNTERS: tuple[Metric, ...] = (
    counter("messages_left", "留言量", "Messages left", "customers who left a message; they are in timed_out too"),
    counter(
        "callbacks_promised",
        "回拨登记",
        "Callbacks promised",
        "callers who left the line for a callback; they are in timed_out too",
    ),
    counter(
        "deflected",
        "超限未入",
        "Turned away",
        "contacts that a full queue did not let in; they are in timed_out too",
        good=Good.LOWER,
    ),
    counter("work_done", "工单完结", "Work done", "messages answered and callbacks made", good=Good.HIGHER),
)
