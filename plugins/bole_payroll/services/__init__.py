"""What payroll does on somebody's behalf; each function demands its permission and owns its transaction."""
