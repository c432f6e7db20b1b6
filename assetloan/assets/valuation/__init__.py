"""What things are worth: useful lives, depreciation, the register card [ทะเบียนคุมทรัพย์สิน]."""
