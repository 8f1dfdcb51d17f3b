"""Draws replies that say what the facts say, and the same ones with exactly one fact altered.

Knows nothing of the screen: templates and words are its own. `draw(seed, count)` gives pairs of
(facts with a true reply, facts with an altered reply, what was altered)."""

import datetime
import random

NOW = datetime.datetime(2025, 11, 28, 10, 0, tzinfo=datetime.timezone.utc)
EN_NAMES = ["Willow Desk Lamp", "Copper Teapot", "Fjord Wool Blanket", "Pebble Speaker",
            "Juniper Cutting Board", "Harbor Backpack", "Comet Bike Light", "Saffron Apron"]
ZH_NAMES = ["云杉台灯", "紫砂茶壶", "羊绒围巾", "竹制砧板", "便携音箱", "登山背包", "陶瓷花瓶", "香薰蜡烛"]
EN_COLOURS = ["blue", "green", "ivory", "black"]
EN_MATERIALS = ["oak", "cotton", "aluminium", "bamboo"]
ZH_COLOURS = ["蓝色", "墨绿色", "米白色", "黑色"]
ZH_MATERIALS = ["橡木", "棉布", "铝合金", "陶土"]
CITIES = ["Hamburg", "Lyon", "Leeds", "Porto"]
ZH_CITIES = ["苏州", "成都", "宁波", "厦门"]
CARRIERS = ["DHL", "UPS", "FedEx", "GLS"]
ZH_CARRIERS = ["顺丰速运", "中通快递", "圆通速递", "韵达快递"]
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
WORDS = {"EUR": "euros", "USD": "dollars", "GBP": "pounds"}
DIGITS = "零一二三四五六七八九"
EN_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
              "eleven", "twelve", "thirteen", "fourteen", "fifteen"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December"]


def chinese(number):
    """The number, below 1,000, as it is spoken."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return "十" + (DIGITS[number % 10] if number % 10 else "")
    if number < 100:
        return DIGITS[number // 10] + "十" + (DIGITS[number % 10] if number % 10 else "")
    rest = number % 100
    tail = "" if rest == 0 else ("零" + DIGITS[rest] if rest < 10 else
                                 DIGITS[rest // 10] + "十" + (DIGITS[rest % 10] if rest % 10 else ""))
    return DIGITS[number // 100] + "百" + tail


class Shop:
    """A random product, two orders, a policy."""

    def __init__(self, rng, language):
        zh = language == "zh"
        self.rng, self.zh, self.language = rng, zh, language
        self.name, self.other_name = rng.sample(ZH_NAMES if zh else EN_NAMES, 2)
        self.sku = f"{rng.choice('ABCDEFGH')}{rng.choice('KLMNP')}-{rng.randrange(100, 999)}"
        self.currency = "CNY" if zh else rng.choice(list(SIGNS))
        self.price = rng.randrange(20, 900) if zh else rng.randrange(500, 29900) / 100
        self.low = rng.randrange(2, 5)
        self.high = self.low + rng.randrange(1, 5)
        self.city, self.other_city = rng.sample(ZH_CITIES if zh else CITIES, 2)
        self.colour, self.other_colour = rng.sample(ZH_COLOURS if zh else EN_COLOURS, 2)
        self.material, self.other_material = rng.sample(ZH_MATERIALS if zh else EN_MATERIALS, 2)
        self.kilos = rng.randrange(11, 79) / 10
        self.litres = rng.randrange(11, 79) / 10
        while self.litres == self.kilos:
            self.litres = rng.randrange(11, 79) / 10
        self.in_stock = rng.random() < 0.5
        self.order, self.second = rng.sample(range(200000, 999999), 2)
        self.tracking = "TX" + str(rng.randrange(10**8, 10**9))
        self.second_tracking = "TX" + str(rng.randrange(10**8, 10**9))
        self.carrier, self.second_carrier = rng.sample(ZH_CARRIERS if zh else CARRIERS, 2)
        self.ahead = rng.randrange(3, 9)
        self.eta = (NOW + datetime.timedelta(days=self.ahead)).date()
        self.back, self.swap = rng.sample([7, 14, 20, 30, 45, 60], 2)

    def facts(self):
        names = (("颜色", "材质", "重量", "容量") if self.zh
                 else ("colour", "material", "weight", "capacity"))
        price = str(self.price) if self.zh else f"{self.price:.2f}"
        product = {
            "sku": self.sku, "name": self.name, "price": price, "currency": self.currency,
            "in_stock": self.in_stock,
            "shipping": {"min_days": self.low, "max_days": self.high, "from": self.city},
            "attributes": dict(zip(names, (
                self.colour, self.material, f"{self.kilos} kg", f"{self.litres} l"))),
        }
        orders = [
            {"id": "e1", "order_id": str(self.order), "customer_id": "c", "type": "shipped",
             "at": "2025-11-26T08:00:00Z", "carrier": self.carrier, "tracking": self.tracking,
             "eta": self.eta.isoformat(),
             "items": [{"sku": self.sku, "name": self.name, "quantity": 1, "price": price,
                        "currency": self.currency}]},
            {"id": "e2", "order_id": str(self.second), "customer_id": "c", "type": "delivered",
             "at": "2025-11-20T08:00:00Z", "carrier": self.second_carrier,
             "tracking": self.second_tracking,
             "items": [{"sku": "Z-1", "name": "礼盒" if self.zh else "Gift box", "quantity": 1}]},
        ]
        policy = (f"商品签收后{chinese(self.back)}天内可以退货。{chinese(self.swap)}天内可以换货。定制商品不能退货。"
                  if self.zh else
                  f"Goods can be returned within {self.back} days of delivery. They can be exchanged "
                  f"within {self.swap} days. Custom goods cannot be returned.")
        return {"language": self.language, "now_ms": int(NOW.timestamp() * 1000),
                "product": product, "orders": orders,
                "passages": [{"id": "policy.md#1", "text": policy}]}


def money(shop, amount):
    if shop.zh:
        return shop.rng.choice([f"{amount}元", f"¥{amount}", f"{amount}块钱"])
    text = f"{amount:.2f}"
    return shop.rng.choice([SIGNS[shop.currency] + text, f"{text} {shop.currency}",
                            f"{text} {WORDS[shop.currency]}"])


def day(shop, date):
    if shop.zh:
        return shop.rng.choice([f"{date.month}月{date.day}日", f"{date.year}年{date.month}月{date.day}日",
                                date.isoformat(), f"{date.month}月{date.day}号"])
    month = MONTHS[date.month - 1]
    return shop.rng.choice([f"{month} {date.day}, {date.year}", f"{date.day} {month}",
                            date.isoformat(), f"{month[:3]} {date.day}"])


def price(shop):
    wrong = shop.price + shop.rng.choice([-3, 1, 2, 10])
    form = shop.rng.choice(
        ["您好,{n}的售价是{v}。", "{n}现在卖{v},感谢您的咨询。", "{n}的价格为{v}。"] if shop.zh else
        ["The {n} costs {v}.", "Thanks for asking! The price of the {n} is {v}.",
         "Our {n} is sold at {v}."])
    state = shop.rng.getstate()
    true = form.format(n=shop.name, v=money(shop, shop.price))
    shop.rng.setstate(state)
    return true, form.format(n=shop.name, v=money(shop, wrong))


def date(shop):
    wrong = shop.eta + datetime.timedelta(days=shop.rng.choice([-2, -1, 1, 2, 7]))
    form = shop.rng.choice(
        ["您的订单{o}预计{v}送达。", "您好,订单{o}大约在{v}送到您手中。"] if shop.zh else
        ["Your order {o} should reach you on {v}.", "We expect order {o} to arrive on {v}.",
         "Good news: order {o} is on its way and is due on {v}."])
    state = shop.rng.getstate()
    true = form.format(o=shop.order, v=day(shop, shop.eta))
    shop.rng.setstate(state)
    return true, form.format(o=shop.order, v=day(shop, wrong))


def order_number(shop):
    digits = list(str(shop.order))
    place = shop.rng.randrange(1, 6)
    digits[place] = str((int(digits[place]) + shop.rng.randrange(1, 9)) % 10)
    form = shop.rng.choice(
        ["您的订单{v}已经发货。", "订单号{v},由{c}承运,运单号{t}。"] if shop.zh else
        ["Your order {v} has been shipped with {c}.", "Order number {v} is on the way, tracking "
         "number {t}."])
    true = form.format(v=shop.order, c=shop.carrier, t=shop.tracking)
    return true, form.format(v="".join(digits), c=shop.carrier, t=shop.tracking)


def product(shop):
    stock = (("有货" if shop.in_stock else "缺货") if shop.zh
             else ("in stock" if shop.in_stock else "out of stock"))
    form = shop.rng.choice(
        ["{n}目前{s}。", "{n}从{c}发货。", "{n}的价格是{p}元。"] if shop.zh else
        ["The {n} is currently {s}.", "We ship the {n} from {c}.", "The {n} costs {p} {u}."])
    values = {"s": stock, "c": shop.city, "u": shop.currency,
              "p": shop.price if shop.zh else f"{shop.price:.2f}"}
    return form.format(n=shop.name, **values), form.format(n=shop.other_name, **values)


def chinese_numeral(shop):
    if shop.rng.random() < 0.5:
        form = shop.rng.choice(["{n}的运输时间是{a}到{b}天。", "{n}一般{a}至{b}天送到。"])
        wrong = shop.high + shop.rng.choice([1, 2, 10])
        return (form.format(n=shop.name, a=chinese(shop.low), b=chinese(shop.high)),
                form.format(n=shop.name, a=chinese(shop.low), b=chinese(wrong)))
    form = shop.rng.choice(["{n}售价{a}元。", "这款{n}的价格是{a}块。"])
    wrong = shop.price + shop.rng.choice([1, 10, 100]) % 990
    return (form.format(n=shop.name, a=chinese(shop.price)),
            form.format(n=shop.name, a=chinese(min(wrong, 999))))


def relative_date(shop):
    weekdays = "一二三四五六日"
    wrong = shop.ahead + shop.rng.choice([-2, -1, 1, 2])

    def say(days, pick):
        then = NOW + datetime.timedelta(days=days)
        if shop.zh:
            near = {1: "明天", 2: "后天", 3: "大后天"}.get(days, f"{chinese(days)}天后")
            return [f"{chinese(days)}天后" if days != 2 else "两天后", near,
                    f"星期{weekdays[then.weekday()]}"][pick]
        near = {1: "tomorrow", 2: "the day after tomorrow"}.get(days, f"in {days} days")
        return [f"in {EN_NUMBERS[days]} days", near, "on " + then.strftime("%A")][pick]

    pick = shop.rng.randrange(3)
    form = shop.rng.choice(["您的订单{o}预计{v}送达。", "订单{o}会在{v}到达。"] if shop.zh else
                           ["Your order {o} will arrive {v}.", "Order {o} should be with you {v}."])
    return (form.format(o=shop.order, v=say(shop.ahead, pick)),
            form.format(o=shop.order, v=say(wrong, pick)))


def currency_word(shop):
    if shop.zh:
        form = shop.rng.choice(["{n}的价格是{p}{c}。", "{n}售价{p}{c}。"])
        return (form.format(n=shop.name, p=shop.price, c="元"),
                form.format(n=shop.name, p=shop.price, c=shop.rng.choice(["美元", "欧元", "港币", "日元"])))
    form = shop.rng.choice(["The {n} costs {p} {c}.", "You pay {p} {c} for the {n}."])
    wrong = shop.rng.choice([word for code, word in WORDS.items() if code != shop.currency] + ["yuan"])
    amount = f"{shop.price:.2f}"
    return (form.format(n=shop.name, p=amount, c=WORDS[shop.currency]),
            form.format(n=shop.name, p=amount, c=wrong))


def negation(shop):
    pairs = ([("订单{o}已经发货了。", "订单{o}还没有发货。"),
              ("订单{x}已送达。", "订单{x}尚未送达。"),
              ("签收后{b}天内可以退货。", "签收后{b}天内不可以退货。"),
              ("收到后{w}天内能换货。", "收到后{w}天内不能换货。"),
              ("定制商品不能退货。", "定制商品能退货。")] if shop.zh else
             [("Order {o} has been shipped.", "Order {o} has not been shipped."),
              ("Your order {x} was delivered.", "Your order {x} wasn't delivered."),
              ("You can return the goods within {b} days.",
               "You cannot return the goods within {b} days."),
              ("Goods can be exchanged within {w} days.", "Goods can't be exchanged within {w} days."),
              ("Custom goods cannot be returned.", "Custom goods can be returned.")])
    stock = ("{n}现在有货。", "{n}现在没有货。") if shop.zh else (
        "The {n} is in stock.", "The {n} is not in stock.")
    pairs.append(stock if shop.in_stock else stock[::-1])
    values = {"o": shop.order, "x": shop.second, "n": shop.name,
              "b": chinese(shop.back) if shop.zh else shop.back,
              "w": chinese(shop.swap) if shop.zh else shop.swap}
    true, false = shop.rng.choice(pairs)
    return true.format(**values), false.format(**values)


def swapped_attribute(shop):
    cases = ([("颜色是{a},材质是{b}。", shop.colour, shop.material),
              ("重量是{a} kg,容量是{b} l。", shop.kilos, shop.litres),
              ("订单{o}的运单号是{a},订单{x}的运单号是{b}。", shop.tracking, shop.second_tracking),
              ("{a}天内可以退货,{b}天内可以换货。", shop.back, shop.swap),
              ("订单{o}由{a}承运,订单{x}由{b}承运。", shop.carrier, shop.second_carrier)]
             if shop.zh else
             [("Its colour is {a} and its material is {b}.", shop.colour, shop.material),
              ("It weighs {a} kg and holds {b} l.", shop.kilos, shop.litres),
              ("Order {o} has tracking number {a}, and order {x} has tracking number {b}.",
               shop.tracking, shop.second_tracking),
              ("You can return goods within {a} days and exchange them within {b} days.",
               shop.back, shop.swap),
              ("Order {o} was shipped with {a}, order {x} with {b}.",
               shop.carrier, shop.second_carrier)])
    form, one, other = shop.rng.choice(cases)
    lead = shop.rng.choice(["", "您好!", "谢谢您的耐心等待。"] if shop.zh else
                           ["", "Hello! ", "Thank you for your patience. "])
    return (lead + form.format(a=one, b=other, o=shop.order, x=shop.second),
            lead + form.format(a=other, b=one, o=shop.order, x=shop.second))


def bare_promise(shop):
    true = shop.rng.choice(
        [f"{shop.name}从{shop.city}发货。", f"订单{shop.order}已经发货。"] if shop.zh else
        [f"The {shop.name} ships from {shop.city}.", f"Order {shop.order} has been shipped."])
    promise = shop.rng.choice(
        ["我们会全额退款给您。", "我们保证准时送到。", "本单免运费。", "我们会赔偿您的损失。", "下次购物给您打折。",
         "我们送您一份小礼品。", "我们会免费更换。"] if shop.zh else
        ["We will refund you in full.", "We guarantee that it arrives on time.",
         "Shipping is free for you.", "We will compensate you for the trouble.",
         "You get a discount on your next order.", "We will add a small gift.",
         "We will replace it at no charge.", "You will have your money back."])
    return true, true + (promise if shop.zh else " " + promise)


ALTERATIONS = {
    "price": price, "date": date, "order number": order_number, "product": product,
    "Chinese numeral": chinese_numeral, "relative date": relative_date,
    "currency word": currency_word, "negation": negation,
    "swapped attribute": swapped_attribute, "bare promise": bare_promise,
}


def draw(seed, count):
    rng = random.Random(seed)
    kinds = list(ALTERATIONS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        language = "zh" if kind == "Chinese numeral" else rng.choice(["en", "zh"])
        shop = Shop(rng, language)
        facts = shop.facts()
        true, altered = ALTERATIONS[kind](shop)
        assert true != altered
        yield {**facts, "reply": true}, {**facts, "reply": altered}, kind
