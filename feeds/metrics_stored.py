"""The stored metrics of the catalogue: every column that a site may send."""

from __future__ import annotations

from feeds.metric import Add, Good, Metric, Rows, Unit, counter, gauge
from feeds.metrics_levers import LEVER_COUNTERS, LEVER_GAUGES

WAIT_EDGES_S: tuple[int, ...] = (5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Upper edges, inclusive, of the wait histograms. Fixed, so that histograms of all sites add up; they hold every limit
that a response clock uses (8, 15, 20, 30, 60, 180 and 300 s)."""

WAITING_OVER_S: tuple[int, ...] = (15, 20, 30, 60, 180)
"""Limits for which a site counts the contacts that are past it and still waiting: they are late already."""


_WAITING = (
    gauge(
        "waiting",
        "等待中",
        "Waiting",
        Unit.COUNT,
        "contacts in the queue that no agent has answered yet",
        good=Good.LOWER,
        history=True,
    ),
    gauge(
        "oldest_wait_s",
        "最长等待",
        "Oldest wait",
        Unit.SECONDS,
        "age of the contact that has waited longest; 0 with nobody waiting",
        add=Add.MAX,
        good=Good.LOWER,
        history=True,
    ),
    *(
        gauge(
            f"waiting_over_{limit}s",
            f"等待超{limit}秒",
            f"Waiting over {limit} s",
            Unit.COUNT,
            f"contacts still waiting after more than {limit} s: late already",
            good=Good.LOWER,
        )
        for limit in WAITING_OVER_S
    ),
    gauge(
        "unreplied",
        "待回复",
        "Unreplied",
        Unit.COUNT,
        "open conversations whose last message is the buyer's",
        good=Good.LOWER,
    ),
)

_STAFFING = (
    gauge(
        "agents_rostered",
        "排班人数",
        "Rostered",
        Unit.AGENTS,
        "agents that the roster has at work now, whatever they do",
    ),
    gauge(
        "agents_online",
        "在线人数",
        "Online",
        Unit.AGENTS,
        "agents logged in: available, busy, in after-contact work or at rest",
        good=Good.HIGHER,
        history=True,
    ),
    gauge(
        "agents_available",
        "可接待",
        "Available",
        Unit.AGENTS,
        "agents that can take one more contact now",
        good=Good.HIGHER,
    ),
    gauge("agents_busy", "接待中", "Busy", Unit.AGENTS, "agents with at least one open contact", history=True),
    gauge(
        "agents_acw",
        "话后处理",
        "After-contact work",
        Unit.AGENTS,
        "agents in after-contact work, with no open contact",
    ),
    gauge("rest_ordinary", "普通小休", "Rest: ordinary", Unit.AGENTS, "agents at rest for no stated reason"),
    gauge("rest_meal", "就餐小休", "Rest: meal", Unit.AGENTS, "agents at a meal"),
    gauge("rest_meeting", "会议小休", "Rest: meeting", Unit.AGENTS, "agents in a meeting"),
    gauge("rest_coaching", "辅导小休", "Rest: coaching", Unit.AGENTS, "agents coaching or being coached"),
    gauge("rest_training", "培训小休", "Rest: training", Unit.AGENTS, "agents in training"),
    gauge("rest_forced", "强制小休", "Rest: forced", Unit.AGENTS, "agents put to rest by a supervisor or the system"),
    gauge("rest_signin", "签入小休", "Rest: sign-in", Unit.AGENTS, "agents signed in and not yet ready"),
    gauge("rest_quality", "质检小休", "Rest: quality", Unit.AGENTS, "agents who check the quality of conversations"),
    gauge(
        "owed_rest_s",
        "欠休时长",
        "Rest owed",
        Unit.SECONDS,
        "time of rest, training and meetings that was put off by order and is still to be given, over all agents",
        good=Good.LOWER,
    ),
    gauge("agents_borrowed", "借入", "Borrowed", Unit.AGENTS, "agents at work here whose home is another site"),
    gauge(
        "agents_lent", "借出", "Lent", Unit.AGENTS, "agents of this home at work elsewhere, those on the way included"
    ),
    gauge(
        "agents_standby",
        "待命",
        "Standby",
        Unit.AGENTS,
        "agents on call and not at work, who can be at work within the hour",
        good=Good.HIGHER,
    ),
    gauge(
        "agents_supervisors",
        "组长上线",
        "Supervisors",
        Unit.AGENTS,
        "supervisors and quality staff who take contacts, beyond the roster",
    ),
    gauge(
        "agents_flexed", "组间支援", "Flexed in", Unit.AGENTS, "agents at work here from another group of the same site"
    ),
    gauge(
        "agents_called_in",
        "加班外援",
        "Called in",
        Unit.AGENTS,
        "people on overtime, on call or of an outsourcer at work here, beyond the roster",
    ),
    gauge(
        "agents_sent_home", "提前下班", "Sent home", Unit.AGENTS, "agents on the roster whom an order has let go home"
    ),
)

_CAPACITY = (
    gauge("chats_open", "进行中会话", "Open chats", Unit.COUNT, "contacts that agents hold now"),
    gauge(
        "slots",
        "接待容量",
        "Slots",
        Unit.COUNT,
        "contacts that the agents able to work may hold at once",
        good=Good.HIGHER,
    ),
    gauge("slots_free", "空闲容量", "Free slots", Unit.COUNT, "slots not taken", good=Good.HIGHER),
    gauge(
        "concurrency_cap",
        "接待上限",
        "Concurrency cap",
        Unit.COUNT,
        "contacts that one agent may hold at once",
        add=Add.MAX,
    ),
    gauge(
        "bot_share",
        "机器人分流",
        "Bot share",
        Unit.SHARE,
        "share of new contacts that meet the bot first",
        add=Add.OWN,
        rows=Rows.QUEUE,
    ),
    gauge("bot_open", "机器人会话", "Bot chats", Unit.COUNT, "contacts in conversation with the bot now"),
    gauge(
        "top_topic_share",
        "热点话题占比",
        "Top topic",
        Unit.SHARE,
        "share of the last 10 minutes' contacts on the commonest topic",
        add=Add.MAX,
    ),
)

GAUGES: tuple[Metric, ...] = _WAITING + _STAFFING + _CAPACITY + LEVER_GAUGES

_FLOW = (
    counter(
        "offered", "进线量", "Offered", "contacts that arrived, those that the bot met first included", history=True
    ),
    counter("answered", "接起量", "Answered", "contacts that an agent answered", good=Good.HIGHER, history=True),
    counter(
        "abandoned",
        "放弃量",
        "Abandoned",
        "customers who gave up in the queue; time-outs and overflow are not in it",
        good=Good.LOWER,
        history=True,
    ),
    counter(
        "timed_out",
        "超时离队",
        "Timed out",
        "contacts that the queue itself let go: after its longest wait, with a message or a callback, or when full",
        good=Good.LOWER,
    ),
    counter(
        "short_abandoned", "短放弃", "Short abandons", "abandons within 5 s of joining, which are in abandoned too"
    ),
    counter(
        "ring_abandoned",
        "振铃放弃",
        "Ring abandons",
        "customers who gave up while an agent's phone rang, which are in abandoned too",
    ),
    counter(
        "route_errors",
        "分配错误",
        "Routing errors",
        "contacts that no agent could be offered, by a fault of routing",
        good=Good.LOWER,
    ),
    counter("overflow_in", "溢入", "Overflow in", "contacts that came from another queue's overflow"),
    counter("overflow_out", "溢出", "Overflow out", "contacts sent to another queue or to the bot by overflow"),
    counter("transferred", "转接", "Transferred", "contacts that an agent passed to another queue"),
    counter(
        "repeats",
        "重复来访",
        "Repeat contacts",
        "contacts from a buyer who was here within the last 24 h",
        good=Good.LOWER,
    ),
    counter("completed", "完结量", "Completed", "answered contacts that ended"),
    counter(
        "handle_sum_s",
        "处理时长合计",
        "Handle time, sum",
        "handle time of completed contacts, after-contact work included",
        unit=Unit.SECONDS,
    ),
    counter(
        "wait_answered_sum_s",
        "接起等待合计",
        "Wait of answered, sum",
        "time in queue of answered contacts",
        unit=Unit.SECONDS,
    ),
    counter(
        "wait_abandoned_sum_s",
        "放弃等待合计",
        "Wait of abandoned, sum",
        "time in queue of abandoned contacts",
        unit=Unit.SECONDS,
    ),
    *(
        counter(
            f"answered_within_{edge}s",
            f"{edge}秒内接起",
            f"Answered within {edge} s",
            f"answered after at most {edge} s in queue",
            good=Good.HIGHER,
        )
        for edge in WAIT_EDGES_S
    ),
    *(
        counter(
            f"abandoned_within_{edge}s",
            f"{edge}秒内放弃",
            f"Abandoned within {edge} s",
            f"abandoned after at most {edge} s in queue",
        )
        for edge in WAIT_EDGES_S
    ),
)

_REPLIES = (
    counter("first_responses", "首次响应数", "First responses", "conversations that got their first reply by a person"),
    counter(
        "first_response_sum_s",
        "首次响应合计",
        "First response, sum",
        "from the buyer's first message to a person's first reply",
        unit=Unit.SECONDS,
    ),
    counter("turns", "轮次", "Turns", "turns: from a buyer's question, or several in a row, to the reply"),
    counter("turns_replied", "已回复轮次", "Turns replied", "turns that a person replied to", good=Good.HIGHER),
    counter(
        "turns_within_180s",
        "3分钟内回复轮次",
        "Turns within 180 s",
        "turns that a person replied to within 180 s",
        good=Good.HIGHER,
    ),
    counter("reply_sum_s", "响应时长合计", "Reply time, sum", "reply time over replied turns", unit=Unit.SECONDS),
)

_BOT = (
    counter("bot_entered", "机器人接待", "Bot entered", "contacts that the bot met first"),
    counter(
        "bot_contained",
        "机器人独立接待",
        "Bot contained",
        "contacts that ended with the bot and never asked for a person",
    ),
    counter("bot_handed_over", "转人工", "Bot handed over", "contacts that the bot passed to the queue"),
    counter(
        "bot_repeats",
        "机器人后重复来访",
        "Repeats after the bot",
        "contacts counted as contained whose buyer came back within 30 min",
        good=Good.LOWER,
    ),
)

_TRADE = (
    counter("buyers_served", "接待人数", "Buyers served", "distinct buyers that agents served today"),
    counter("buyers_ordered", "下单人数", "Buyers who ordered", "buyers served who then ordered", good=Good.HIGHER),
    counter("orders", "订单量", "Orders", "orders of buyers served", good=Good.HIGHER),
    counter("sales_cny", "客服成交额", "Sales", "sales attributed to service", unit=Unit.CNY, good=Good.HIGHER),
    counter("ratings_invited", "邀评量", "Ratings invited", "conversations after which a rating was asked for"),
    counter("ratings", "参评量", "Ratings", "ratings received"),
    counter("ratings_satisfied", "满意量", "Satisfied", "ratings of satisfied or very satisfied", good=Good.HIGHER),
    counter("trades", "成交笔数", "Trades", "trades of the shop, the base of dispute and refund rates"),
    counter("refunds_completed", "退款完结", "Refunds completed", "refunds brought to an end"),
    counter(
        "refund_time_sum_h",
        "退款时长合计",
        "Refund time, sum",
        "the seller's own time over completed refunds; the parcel's way back excluded",
        unit=Unit.HOURS,
    ),
    counter("disputes", "纠纷量", "Disputes", "disputes that the platform ruled for the buyer", good=Good.LOWER),
    counter("shipped", "发货量", "Shipped", "orders shipped"),
    counter(
        "shipped_in_time", "按时发货", "Shipped in time", "orders shipped within the promised hours", good=Good.HIGHER
    ),
)

COUNTERS: tuple[Metric, ...] = _FLOW + _REPLIES + _BOT + _TRADE + LEVER_COUNTERS
