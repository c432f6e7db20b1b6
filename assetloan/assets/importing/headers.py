"""The columns of a register, by all their names (domain.md 8.1), and the headings that our own files carry.

Export, template and import share this one vocabulary: what is exported is read back by the first name of each column.
"""

from __future__ import annotations

from assetloan.documents.headings import Column, TableSpec

ASSETS = TableSpec(
    kind="assets",
    needs=("asset_no", "name"),
    instead=(("name", "description"),),
    printed=True,
    columns=(
        Column(
            "asset_no",
            "เลขครุภัณฑ์",
            (
                *("รหัสครุภัณฑ์", "หมายเลขครุภัณฑ์", "เลขที่ครุภัณฑ์", "เลขทะเบียนครุภัณฑ์", "เลขรหัสครุภัณฑ์", "รหัสทรัพย์สิน"),
                *("หมายเลขทรัพย์สิน", "เลขทรัพย์สิน", "รหัสพัสดุ", "เลขพัสดุ", "เลขที่พัสดุ", "หมายเลขพัสดุ", "เลขทะเบียน"),
                *("เลขที่ทะเบียน", "หมายเลขทะเบียน", "หมายเลข/รหัสครุภัณฑ์", "รหัส", "asset number", "asset code", "asset id"),
                *("asset", "inventory no"),
            ),
        ),
        Column("piece", "ลำดับชิ้น", ("ชิ้นที่", "piece no")),
        Column("gfmis_no", "รหัส GFMIS", ("เลขที่สินทรัพย์", "เลข GFMIS", "หมายเลขสินทรัพย์", "รหัสสินทรัพย์", "gfmis")),
        Column(
            "name",
            "ชื่อครุภัณฑ์",
            (
                *("รายการ", "ชื่อ", "ชื่อรายการ", "รายการครุภัณฑ์", "ชื่อทรัพย์สิน", "รายการทรัพย์สิน", "ชื่อพัสดุ", "รายการพัสดุ"),
                *("asset name", "item", "item name"),
            ),
        ),
        Column(
            "category",
            "ประเภทครุภัณฑ์",
            ("ประเภท", "ประเภททรัพย์สิน", "หมวด", "หมวดหมู่", "ประเภทพัสดุ", "ชนิด", "ชนิดครุภัณฑ์", "type", "group"),
            fill_merged=True,
        ),
        Column("brand", "ยี่ห้อ", ("ตราอักษร", "ยี่ห้อครุภัณฑ์", "make")),
        Column("model", "รุ่น", ("รุ่น/แบบ", "แบบ/รุ่น", "แบบ", "รุ่นครุภัณฑ์")),
        Column("brand_model", "ยี่ห้อ/รุ่น", ("ยี่ห้อรุ่น", "ยี่ห้อและรุ่น", "ยี่ห้อ/แบบ", "ยี่ห้อ,รุ่น", "brand/model")),
        Column("model_brand", "รุ่น/ยี่ห้อ", ("รุ่นยี่ห้อ", "แบบ/ยี่ห้อ", "model/brand")),
        Column(
            "serial",
            "หมายเลขเครื่อง",
            ("s/n", "serial no", "serial number", "sn", "เลขเครื่อง", "หมายเลขประจำเครื่อง", "ซีเรียล", "ซีเรียลนัมเบอร์"),
        ),
        Column("unit", "หน่วยงาน", ("รหัสหน่วยงาน", "หน่วยงานเจ้าของ", "หน่วยงานที่รับผิดชอบ", "สังกัด", "unit code")),
        Column(
            "place",
            "สถานที่",
            (
                *("สถานที่ตั้ง", "สถานที่ติดตั้ง", "สถานที่ใช้งาน", "สถานที่เก็บ", "ที่ตั้ง", "กอง", "อาคาร", "ตึก", "อาคาร/ชั้น"),
                *("ชั้น", "ห้อง", "ใช้ประจำที่ไหน", "ใช้ประจำที่", "location", "room", "building", "floor"),
            ),
            join=" ",
            fill_merged=True,
        ),
        Column(
            "custodian",
            "ผู้รับผิดชอบ",
            ("ผู้ครอบครอง", "ผู้ใช้งาน", "ผู้ใช้", "ผู้ดูแล", "ผู้เบิก", "ผู้ถือครอง", "holder", "user"),
            fill_merged=True,
        ),
        Column(
            "received_on",
            "วันที่ตรวจรับ",
            (
                *("วันที่ได้มา", "วันที่ได้รับ", "วันเดือนปีที่ได้มา", "วันเดือนปีที่ได้รับ", "วันเดือนปีที่ตรวจรับ", "วันที่รับ"),
                *("วันรับ", "วันที่รับเข้า", "วันที่รับมอบ", "วันเดือนปีที่รับ", "วันเดือนปีที่ซื้อ", "วันที่ซื้อ", "วันที่จัดซื้อ"),
                *("วันเดือนปี", "ว/ด/ป", "วดป", "ว.ด.ป. ที่ได้มา", "ปีที่ได้รับ", "ปีที่ได้มา", "ปีที่ซื้อ", "received date"),
                *("acquired", "acquired on", "acquisition date", "purchase date"),
            ),
            fill_merged=True,
        ),
        Column("fiscal_year", "ปีงบประมาณ", ("ปีงบ", "ปีงบประมาณที่ได้มา", "ปีงบประมาณที่ได้รับ")),
        Column(
            "price", "ราคา", ("ราคาทุน", "มูลค่าการได้มา", "มูลค่า", "ราคาที่ได้มา", "ราคาทรัพย์สิน", "ราคาซื้อ", "cost", "value")
        ),
        Column("unit_price", "ราคาต่อหน่วย", ("ราคา/หน่วย", "ราคาหน่วยละ", "หน่วยละ", "มูลค่าต่อหน่วย", "ราคาต่อชิ้น")),
        Column("total_price", "ราคารวม", ("มูลค่ารวม", "รวมเงิน", "จำนวนเงิน", "รวมเป็นเงิน", "รวมราคา", "total")),
        Column("quantity", "จำนวน", ("จำนวนหน่วย", "qty")),
        Column("unit_of_count", "หน่วยนับ", ("หน่วย", "unit of measure", "uom")),
        Column(
            "fund",
            "แหล่งเงิน",
            ("แหล่งงบ", "แหล่งงบประมาณ", "แหล่งที่มาของเงิน", "ประเภทเงิน", "แหล่งเงินทุน", "เงินงบประมาณ", "source of fund"),
            fill_merged=True,
        ),
        Column("method", "วิธีการได้มา", ("วิธีได้มา", "วิธีจัดซื้อ", "วิธีการจัดหา", "ได้มาโดย"), fill_merged=True),
        Column(
            "vendor",
            "ผู้ขาย",
            (
                *("บริษัท", "ผู้ขาย/ผู้รับจ้าง/ผู้บริจาค", "ผู้ขาย/ผู้รับจ้าง", "ผู้ขาย/ผู้บริจาค", "ผู้จำหน่าย", "ชื่อผู้ขาย"),
                *("ร้านค้า", "บริษัท/ร้านค้า", "ผู้รับจ้าง", "ผู้บริจาค", "supplier"),
            ),
            fill_merged=True,
        ),
        Column(
            "vendor_address",
            "ที่อยู่ผู้ขาย",
            ("ที่อยู่ผู้ขาย/ผู้รับจ้าง/ผู้บริจาค", "ที่อยู่ของผู้ขาย", "ที่อยู่บริษัท", "ที่อยู่ร้านค้า", "vendor address"),
            fill_merged=True,
        ),
        Column(
            "vendor_phone",
            "โทรศัพท์ผู้ขาย",
            ("เบอร์โทรผู้ขาย", "โทรศัพท์ของผู้ขาย", "โทรศัพท์บริษัท", "โทรศัพท์ร้านค้า", "vendor phone"),
            fill_merged=True,
        ),
        Column(
            "document_no",
            "เลขที่เอกสาร",
            ("ที่เอกสาร", "เลขที่สัญญา", "เลขที่ใบตรวจรับ", "ใบตรวจรับ", "เลขที่ใบส่งของ", "สัญญาเลขที่", "เลขที่หนังสือ"),
            fill_merged=True,
        ),
        Column(
            "warranty",
            "การรับประกัน",
            (
                "รับประกัน",
                "ประกัน",
                "ระยะเวลารับประกัน",
                "ระยะเวลาประกัน",
                "อายุประกัน",
                "ระยะประกัน",
                "วันหมดประกัน",
                "วันสิ้นสุดประกัน",
                "สิ้นสุดประกัน",
                "สิ้นสุดการรับประกัน",
                "ประกันถึง",
                "warranty",
            ),
            fill_merged=True,
        ),
        Column(
            "ticked_good",
            "ดี",
            ("สภาพดี", "ใช้ได้", "ใช้การได้", "ใช้งานได้", "ปกติ", "สภาพปกติ", "สภาพใช้ได้", "สภาพใช้การได้", "สภาพใช้งานได้"),
        ),
        Column(
            "ticked_damaged", "ชำรุด", ("สภาพชำรุด", "เสีย", "เสียหาย", "ใช้ไม่ได้", "ใช้การไม่ได้", "ใช้งานไม่ได้", "สภาพใช้การไม่ได้")
        ),
        Column("ticked_deteriorated", "เสื่อมสภาพ", ("เสื่อม", "สภาพเสื่อม", "สภาพเสื่อมสภาพ")),
        Column("ticked_unneeded", "ไม่จำเป็นต้องใช้", ("ไม่จำเป็น", "ไม่ใช้งาน", "สภาพไม่จำเป็นต้องใช้", "ไม่จำเป็นต้องใช้ในราชการ")),
        Column("ticked_lost", "สูญหาย", ("สูญไป", "สภาพสูญหาย", "หาย", "สูญ", "ไม่พบ")),
        Column("ticked_repair", "ส่งซ่อม", ("รอซ่อม", "อยู่ระหว่างซ่อม", "สภาพส่งซ่อม")),
        Column("ticked_disposal", "รอจำหน่าย", ("จำหน่าย", "ขอจำหน่าย", "ควรจำหน่าย", "สภาพรอจำหน่าย")),
        Column("condition", "สภาพ", ("สภาพครุภัณฑ์", "สภาพทรัพย์สิน", "สภาพการใช้งาน")),
        Column("status", "สถานะ", ("สถานะการใช้งาน", "สถานะครุภัณฑ์", "สถานภาพ")),
        Column("loanable", "ให้ยืมได้", ("ยืมได้", "อนุญาตให้ยืม", "ให้ยืม", "lendable")),
        Column("below_threshold", "ต่ำกว่าเกณฑ์", ("ครุภัณฑ์ต่ำกว่าเกณฑ์",)),
        Column("accessories", "อุปกรณ์ประกอบ", ("ส่วนประกอบ", "อุปกรณ์เสริม")),
        Column(
            "description",
            "ลักษณะ/คุณสมบัติ",
            (
                *("ลักษณะ", "คุณสมบัติ", "ลักษณะหรือคุณสมบัติ", "คุณลักษณะ", "คุณลักษณะเฉพาะ", "ลักษณะเฉพาะ", "สเปก", "สเปค"),
                *("รายละเอียด", "รายละเอียดครุภัณฑ์", "spec", "specs", "specification"),
            ),
        ),
        # The life in most registers is the one of the category; only a column that says so is the thing's own.
        Column("life_years", "อายุใช้งานเฉพาะชิ้น", ("อายุการใช้งานเฉพาะชิ้น", "own life")),
        Column("life_reason", "เหตุผลที่อายุใช้งานต่างจากประเภท", ("เหตุผลของอายุใช้งาน", "เหตุผลอายุใช้งานเฉพาะชิ้น")),
        Column("note", "หมายเหตุ", ("remark", "remarks", "comment", "ข้อสังเกต"), join="\n"),
        Column("row_version", "รุ่นข้อมูล"),
    ),
)

# What an export writes, in this order; a template leaves out what only the system knows.
EXPORT_FIELDS = (
    *("asset_no", "gfmis_no", "name", "category", "brand", "model", "serial", "unit", "place", "custodian"),
    *("received_on", "price", "unit_of_count", "fund", "method", "vendor", "document_no", "condition", "status"),
    *(
        "loanable",
        "below_threshold",
        "accessories",
        "note",
        "description",
        "warranty",
        "vendor_address",
        "vendor_phone",
    ),
    *("life_years", "life_reason", "row_version"),
)
TEMPLATE_FIELDS = tuple(name for name in EXPORT_FIELDS if name not in {"row_version", "status"})
# In the first cell of a sheet that belongs to a file of ours and is no data; in the number of a row that is an example.
NOT_DATA = "แผ่นนี้เป็นคำอธิบาย ระบบจะไม่นำเข้า"
EXAMPLE = "ตัวอย่าง"
EXPORT_HEADINGS = tuple(ASSETS.column(name).heading for name in EXPORT_FIELDS)
TEMPLATE_HEADINGS = tuple(ASSETS.column(name).heading for name in TEMPLATE_FIELDS)
