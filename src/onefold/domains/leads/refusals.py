"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class LeadUnknown(Refusal):
    """Also the answer when the lead exists but belongs to somebody else: the two must not be told apart."""

    code = "LEAD_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such lead on your list.", "zh-Hans": "您的列表中没有这条线索。"}


class LeadForbiddenNow(Refusal):
    code = "LEAD_FORBIDDEN_NOW"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This offer may not be made any more ({gates}). Open the lead to see why.",
        "zh-Hans": "当前不得再推荐（{gates}）。请打开线索查看原因。",
    }


class WithColleague(Refusal):
    code = "WITH_COLLEAGUE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "A colleague of yours works on this with the customer; it is theirs until {until}, or until they leave it.",
        "zh-Hans": "贵公司的一位同事正在跟进该客户的这项需求；在 {until} 之前或其放弃之前，由其专属跟进。",
    }


class HandsFull(Refusal):
    code = "HANDS_FULL"
    kind = Kind.CONFLICT
    sentence = {
        "en": "You hold {most} wishes of customers, the most one may. Close one or pass one on first.",
        "zh-Hans": "您正在跟进 {most} 项客户需求，已达上限。请先办结或转出一项。",
    }


class LeadAnsweredBefore(Refusal):
    code = "LEAD_ANSWERED_BEFORE"
    kind = Kind.CONFLICT
    sentence = {"en": "This lead is closed already.", "zh-Hans": "该线索已结案。"}


class OutcomeUnknown(Refusal):
    code = "OUTCOME_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Choose one of the outcomes offered.", "zh-Hans": "请选择列出的结果之一。"}


class NotUntilNeedsDay(Refusal):
    code = "NOT_UNTIL_NEEDS_DAY"
    kind = Kind.INVALID
    sentence = {
        "en": "Choose a day after today and within {days} days.",
        "zh-Hans": "请选择今天之后、{days} 天以内的日期。",
    }


class ReasonUnknown(Refusal):
    code = "REASON_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Choose one of the reasons listed.", "zh-Hans": "请选择列出的原因之一。"}


class UndoTooLate(Refusal):
    code = "UNDO_TOO_LATE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "An answer can be taken back within {minutes} minutes; after that it stands.",
        "zh-Hans": "结果只能在登记后 {minutes} 分钟内撤销，超过时限不可更改。",
    }


class UndoNotLast(Refusal):
    code = "UNDO_NOT_LAST"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Only the newest answer about a lead can be taken back, and only once.",
        "zh-Hans": "只能撤销该线索最近一次登记的结果，且仅限一次。",
    }


class ReminderUnknown(Refusal):
    code = "REMINDER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such reminder.", "zh-Hans": "没有这条提醒。"}


class ReminderSettled(Refusal):
    code = "REMINDER_SETTLED"
    kind = Kind.CONFLICT
    sentence = {"en": "This reminder was settled or moved before.", "zh-Hans": "该提醒已处理或已改期。"}


class ReminderKindUnknown(Refusal):
    code = "REMINDER_KIND_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Choose a call, a visit or a task.", "zh-Hans": "请选择电话、拜访或任务。"}


class ReminderDayImpossible(Refusal):
    code = "REMINDER_DAY_IMPOSSIBLE"
    kind = Kind.INVALID
    sentence = {
        "en": "Choose a time from now on and within {days} days.",
        "zh-Hans": "请选择现在之后、{days} 天以内的时间。",
    }


class QuietTimeThen(Refusal):
    code = "QUIET_TIME_THEN"
    kind = Kind.INVALID
    sentence = {
        "en": "No calls between {from_} and {until}. Choose another time.",
        "zh-Hans": "{from_} 至次日 {until} 不得致电，请另选时间。",
    }


class ContactNotWanted(Refusal):
    code = "CONTACT_NOT_WANTED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The customer asked not to be contacted; nothing may be planned.",
        "zh-Hans": "客户已要求不再联系，不得安排联系。",
    }


class NoteTooLong(Refusal):
    code = "NOTE_TOO_LONG"
    kind = Kind.INVALID
    sentence = {"en": "The note may have {characters} characters at most.", "zh-Hans": "备注最多 {characters} 个字符。"}


class WishUnknown(Refusal):
    code = "WISH_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Say what the customer asks for.", "zh-Hans": "请选择客户需要的产品。"}


class SellerMayNot(Refusal):
    code = "SELLER_MAY_NOT"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The seller the customer wishes for may not sell this. Leave it open, and it goes to somebody who may.",
        "zh-Hans": "客户指定的业务员无权销售该产品。可不指定，由有权销售的人员承接。",
    }


class NobodyMaySell(Refusal):
    code = "NOBODY_MAY_SELL"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Nobody of your company may sell this. The company that owns it can help.",
        "zh-Hans": "本公司没有人员可销售该产品，请联系产品所属公司。",
    }


class NeedGone(Refusal):
    code = "NEED_GONE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Nothing the customer asked for waits here: a colleague has it, or its time is over.",
        "zh-Hans": "此处没有待跟进的客户需求：已由同事跟进，或已过期。",
    }


class OfferGone(Refusal):
    code = "OFFER_GONE"
    kind = Kind.NOT_FOUND
    sentence = {"en": "This offer no longer stands.", "zh-Hans": "该推荐已失效。"}


class ReferralUnknown(Refusal):
    code = "REFERRAL_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such referral.", "zh-Hans": "没有这条转介。"}


class ReferralOpen(Refusal):
    code = "REFERRAL_OPEN"
    kind = Kind.CONFLICT
    sentence = {"en": "A colleague has been asked about this lead already.", "zh-Hans": "该线索已转介给同事。"}


class ReferralNotOpen(Refusal):
    code = "REFERRAL_NOT_OPEN"
    kind = Kind.CONFLICT
    sentence = {"en": "This referral is no longer open.", "zh-Hans": "该转介已不再有效。"}


class NobodyAlong(Refusal):
    code = "NOBODY_ALONG"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Nobody has agreed to come along on this lead, so there is no visit to write down.",
        "zh-Hans": "没有同事同意就该线索陪同拜访，无法登记拜访情况。",
    }


class VisitUnfit(Refusal):
    code = "VISIT_UNFIT"
    kind = Kind.INVALID
    sentence = {
        "en": "Say who of you two led, who learned and who closed; whoever led did not learn.",
        "zh-Hans": "请说明两人中由谁主谈、谁学习、谁促成；主谈人不能同时是学习人。",
    }


class VisitDayImpossible(Refusal):
    code = "VISIT_DAY_IMPOSSIBLE"
    kind = Kind.INVALID
    sentence = {
        "en": "The visit was between the day you were asked and today.",
        "zh-Hans": "拜访日期应在邀请之日至今天之间。",
    }


class ColleagueMayNot(Refusal):
    code = "COLLEAGUE_MAY_NOT"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This colleague may not take the lead. Choose one of those listed.",
        "zh-Hans": "该同事不能承接此线索，请从列表中选择。",
    }


class ColleagueBusy(Refusal):
    code = "COLLEAGUE_BUSY"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This colleague has {most} of your referrals waiting. Choose another.",
        "zh-Hans": "该同事已有 {most} 条您的转介待接受，请另选他人。",
    }


class CallForbiddenNow(Refusal):
    code = "CALL_FORBIDDEN_NOW"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The customer may not be called now ({gates}).",
        "zh-Hans": "现在不得致电该客户（{gates}）。",
    }


class NoNumber(Refusal):
    code = "NO_NUMBER"
    kind = Kind.CONFLICT
    sentence = {
        "en": "No telephone number of this customer is known to you.",
        "zh-Hans": "您没有该客户的电话号码。",
    }


class CallUnknown(Refusal):
    code = "CALL_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such call of yours.", "zh-Hans": "没有这通电话。"}


class ReferenceUnfit(Refusal):
    code = "REFERENCE_UNFIT"
    kind = Kind.INVALID
    sentence = {
        "en": "A recording's reference has 1 to {characters} characters.",
        "zh-Hans": "录音编号应为 1 至 {characters} 个字符。",
    }


class RecordingNotedBefore(Refusal):
    code = "RECORDING_NOTED_BEFORE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This call has a recording already; what is written down stays.",
        "zh-Hans": "该通话已登记录音，登记后不可更改。",
    }
