"""From what is agreed with employees to payslips: whole ranges of employees as frames, nothing per person."""
