import type { Fault } from '../../api/problem.ts'
import type { Notice } from '../../api/types.ts'

/** Titles for the codes of a refused file; the server's sentence stands below. */
export const faults = {
  file_too_large: 'File too large',
  empty_file: 'The file is empty',
  not_csv: 'Not a CSV file',
  not_utf8: 'Not saved as UTF-8',
  cut_off: 'The file is cut off',
  control_character: 'Control character',
  line_too_long: 'Line too long',
  value_too_long: 'Value too long',
  bad_quote: 'Misplaced quote',
  quote_not_closed: 'Quote not closed',
  wrong_separator: 'Wrong separator',
  no_header: 'No header line',
  column_missing: 'Column missing',
  column_unexpected: 'Unexpected column',
  column_repeated: 'Column repeated',
  column_name: 'Unusable column name',
  pandas_index: 'Index column of pandas',
  row_width: 'Wrong number of values',
  no_rows: 'No rows',
  too_many_rows: 'Too many rows',
  header_repeated: 'Header repeated',
  id_empty: 'Empty id',
  id_unknown: 'Unknown id',
  id_rewritten: 'Id changed by a spreadsheet',
  id_character: 'Character not allowed in an id',
  id_repeated: 'Id repeated',
  ids_missing: 'Ids missing',
  value_empty: 'Empty value',
  value_missing: 'Missing value',
  value_character: 'Character not allowed in a value',
  label_unknown: 'Not one of the classes',
  label_format: 'Not a class',
  too_many_labels: 'Too many labels',
  number_format: 'Not a number',
  number_not_finite: 'Not a finite number',
  number_too_long: 'Number too long',
  probability_range: 'Probability outside 0 to 1',
  probability_sum: 'Probabilities do not sum to 1',
  item_repeated: 'Item repeated',
  solution_value: 'Unusable value',
  metric_undefined: 'The score is not defined',
  score_not_finite: 'The score is not finite',
} as Record<string, string>

/** What to repair. The server writes the sentence in English; other languages compose theirs from the same facts. */
export const faultText = (
  fault: Pick<Fault, 'code' | 'message'> & Partial<Pick<Fault, 'name' | 'value' | 'message_ko'>>,
): string => fault.message

/** What was tidied up while reading. */
export const noticeText = (notice: Notice): string => notice.message

/** What is wrong with one field of a form. */
export const fieldText = (fault: Fault | undefined): string | undefined => fault?.message
