"""Statutory payroll of China, without database: dated figures, and computation of whole frames on integers of fen."""
