"""Why a row is set aside, or a file refused, in words. Codes are stored; sentences are shown."""

from __future__ import annotations

Sentences = dict[str, dict[str, str]]


def _sentences(*lines: tuple[str, str, str]) -> Sentences:
    return {code: {"en": english, "zh-Hans": chinese} for code, english, chinese in lines}


REJECT_SENTENCES: Sentences = _sentences(
    # The row as a piece of text
    ("NUL_BYTE", "The row holds a NUL byte.", "该行含有空字节。"),
    ("CONTROL_CHARACTER", "The row holds a control character.", "该行含有控制字符。"),
    ("BROKEN_TEXT", "The text was already broken when it was sent (replacement character).", "文本在发送前已损坏（含替换字符）。"),
    ("BAD_QUOTES", "A quotation mark stands where none may stand.", "引号位置不正确。"),
    ("ROW_TOO_LONG", "The row is longer than one megabyte.", "该行超过 1 MB。"),
    ("WRONG_NEWLINE", "The line ends in another way than declared.", "换行符与声明不符。"),
    ("FIELD_COUNT", "The row has too many or too few fields.", "该行字段数量不符。"),
    # Values
    ("REQUIRED", "A value that must be there is missing.", "缺少必填值。"),
    ("TOO_LONG", "The text is too long.", "文本过长。"),
    ("NOT_IN_LIST", "The value is none of those declared.", "取值不在声明的范围内。"),
    ("UNKNOWN_CODE", "The code is not known.", "代码未知。"),
    ("NOT_A_WHOLE_NUMBER", "This is not a whole number.", "不是整数。"),
    ("OUT_OF_RANGE", "The number is outside its range.", "数值超出范围。"),
    ("NOT_A_DATE", "This is not a date of the declared form.", "不是声明格式的日期。"),
    ("DATE_OUT_OF_RANGE", "The date is outside its range.", "日期超出范围。"),
    ("PERIOD_EMPTY", "The end is not after the beginning.", "结束日期不晚于开始日期。"),
    ("AMOUNT_EMPTY", "The amount is empty.", "金额为空。"),
    ("AMOUNT_NOT_A_NUMBER", "This is not an amount.", "不是金额。"),
    ("AMOUNT_TOO_PRECISE", "The amount has more decimals than the currency.", "金额小数位多于该币种。"),
    ("AMOUNT_TOO_LARGE", "The amount is too large.", "金额过大。"),
    ("CURRENCY_UNKNOWN", "The currency is not known.", "币种未知。"),
    ("BIRTH_NUMBER", "The birth number is not possible.", "出生号码无效。"),
    ("BIRTH_IN_FUTURE", "The date of birth lies in the future.", "出生日期在未来。"),
    # Identifiers
    ("ID_EMPTY", "The id number is empty.", "证件号码为空。"),
    ("ID_TYPE_MISSING", "There is an id number, but not of which kind.", "有证件号码但缺少证件类型。"),
    ("ID_SHAPE", "The resident id number has a wrong shape.", "身份证号码格式不正确。"),
    ("ID_SPOILT_BY_SPREADSHEET", "A spreadsheet has turned the id number into 1.1E+17.", "身份证号码被电子表格改成了科学计数法。"),
    ("ID_REGION", "The resident id number names no region.", "身份证号码的地区码无效。"),
    ("ID_BIRTH_DATE", "The resident id number names no possible day of birth.", "身份证号码的出生日期无效。"),
    ("ID_BIRTH_IN_FUTURE", "The resident id number names a birth in the future.", "身份证号码的出生日期在未来。"),
    ("ID_CHECKSUM", "The check digit of the resident id number is wrong.", "身份证号码校验码错误。"),
    ("CREDIT_CODE_EMPTY", "The credit code is empty.", "统一社会信用代码为空。"),
    ("CREDIT_CODE_SHAPE", "The credit code has a wrong shape.", "统一社会信用代码格式不正确。"),
    ("CREDIT_CODE_CHECKSUM", "The check digit of the credit code is wrong.", "统一社会信用代码校验码错误。"),
    ("DOCUMENT_EMPTY", "The document number is empty.", "证件号码为空。"),
    ("DOCUMENT_SHAPE", "The document number has a wrong shape.", "证件号码格式不正确。"),
    ("PHONE_EMPTY", "The phone number is empty.", "电话号码为空。"),
    ("PHONE_SHAPE", "The phone number has a wrong shape.", "电话号码格式不正确。"),
    ("PHONE_PLACEHOLDER", "The phone number only fills the field.", "电话号码为占位符。"),
    ("EMAIL_EMPTY", "The e-mail address is empty.", "邮箱地址为空。"),
    ("EMAIL_SHAPE", "The e-mail address has a wrong shape.", "邮箱地址格式不正确。"),
    # What the row refers to
    ("LOOKUP_MISSING", "The other file has no row for it.", "另一文件中没有对应的行。"),
    ("LOOKUP_AMBIGUOUS", "The other file has several rows for it.", "另一文件中有多行对应。"),
    ("UNKNOWN_CUSTOMER", "The company has sent no such customer.", "该公司未发送过此客户。"),
    ("UNKNOWN_CONTRACT", "The company has sent no such contract.", "该公司未发送过此合同。"),
    ("UNKNOWN_PRODUCT", "The catalogue has no such product.", "产品目录中没有此产品。"),
    ("UNKNOWN_SERIES", "The catalogue has no such product series.", "产品目录中没有此产品系列。"),
    ("UNKNOWN_COMPANY", "The group has no such company.", "集团内没有此公司。"),
    ("UNKNOWN_CHANNEL", "There is no such channel.", "没有此渠道。"),
    ("UNKNOWN_SELLER", "There is no such seller.", "没有此业务员。"),
    ("NOT_ITS_COMPANY", "The row speaks of another company than the sender.", "该行所述公司不是发送方。"),
    ("NOT_ITS_PRODUCT", "The product belongs to another company than the sender.", "产品不属于发送方公司。"),
    ("NOT_ITS_CHANNEL", "The channel belongs to another company than the sender.", "渠道不属于发送方公司。"),
    ("NOT_ITS_AGREEMENT", "The sender is no party to the agreement.", "发送方不是协议当事方。"),
    ("RELATED_TO_ONESELF", "A customer cannot be related to itself.", "客户不能与自身存在关系。"),
    # Keys
    ("KEY_REPEATED", "The same key stands in the file before, with other content.", "文件中前面已有相同主键且内容不同。"),
    ("KEY_TAKEN", "Another feed of the company uses the same key.", "该公司的另一数据源使用了相同主键。"),
)  # fmt: skip

REFUSAL_SENTENCES: Sentences = _sentences(
    ("MISSING_FILE", "The file is no longer there.", "文件已不存在。"),
    ("BROKEN_ARCHIVE", "The packed file is damaged.", "压缩文件已损坏。"),
    ("TOO_LARGE", "The file is too large, or grows too much when unpacked.", "文件过大，或解压后膨胀过多。"),
    ("WRONG_ENCODING", "The file is not in the declared encoding.", "文件编码与声明不符。"),
    ("EMPTY_FILE", "The file is empty.", "文件为空。"),
    ("HEADER_BROKEN", "The header cannot be read.", "无法读取表头。"),
    ("HEADER_CHANGED", "The columns are not the declared ones.", "列与声明不符。"),
    ("TOO_FEW_ROWS", "The file has fewer rows than it must have.", "文件行数少于要求。"),
    ("TRAILER_MISSING", "The closing line is missing: the file is not complete.", "缺少结尾行：文件不完整。"),
    ("TRAILER_ROWS", "The number of rows is not the one the closing line names.", "行数与结尾行所述不符。"),
    ("TRAILER_TOTAL", "The total is not the one the closing line names.", "合计与结尾行所述不符。"),
    ("TOO_MANY_QUARANTINED", "Too many rows had to be set aside.", "被隔离的行过多。"),
    ("CLOSES_TOO_MUCH", "The file would close too much of what is open.", "文件将关闭过多的有效记录。"),
    ("SUPERSEDED", "A newer file of this feed was there before.", "此前已收到该数据源更新的文件。"),
    ("SEQUENCE_MISSING", "The file's name does not say which one in order it is.", "文件名未说明其顺序。"),
    ("UNKNOWN_FEED", "No feed of this name is declared.", "未声明此数据源。"),
    ("UNKNOWN_COMPANY", "The feed's company is not in the catalogue.", "数据源所属公司不在目录中。"),
)  # fmt: skip
