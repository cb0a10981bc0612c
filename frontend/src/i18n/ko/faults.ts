/**
 * Korean sentences for the faults of a file. Of a competition's faults the server writes the Korean sentence beside the
 * English one; of a submission's it writes the English one alone. These are composed from the code, the value and the
 * column beside it, and from what the English sentence quotes: a suggestion, a corrected value, counts. A code that is
 * not known here keeps the server's sentence.
 */
import { josa } from '../../lib/josa.ts'
import type { Text } from '../en.ts'

type Told = Parameters<Text['faultText']>[0]

export const faults: Text['faults'] = {
  file_too_large: '파일이 너무 큼',
  empty_file: '빈 파일',
  not_csv: 'CSV 파일이 아님',
  not_utf8: 'UTF-8로 저장되지 않음',
  cut_off: '파일이 중간에 잘림',
  control_character: '제어 문자',
  line_too_long: '줄이 너무 김',
  value_too_long: '값이 너무 김',
  bad_quote: '잘못된 따옴표',
  quote_not_closed: '닫히지 않은 따옴표',
  wrong_separator: '구분자가 쉼표가 아님',
  no_header: '머리글 줄이 없음',
  column_missing: '열이 빠짐',
  column_unexpected: '필요 없는 열',
  column_repeated: '열이 중복됨',
  column_name: '쓸 수 없는 열 이름',
  pandas_index: 'pandas 인덱스 열',
  row_width: '값의 개수가 다름',
  no_rows: '행이 없음',
  too_many_rows: '행이 너무 많음',
  header_repeated: '머리글이 반복됨',
  id_empty: '빈 id',
  id_unknown: '없는 id',
  id_rewritten: '스프레드시트가 바꾼 id',
  id_character: 'id에 쓸 수 없는 문자',
  id_repeated: 'id 중복',
  ids_missing: '빠진 id',
  value_empty: '빈 값',
  value_missing: '결측값',
  value_character: '값에 쓸 수 없는 문자',
  label_unknown: '정해진 클래스가 아님',
  label_format: '클래스로 읽을 수 없음',
  too_many_labels: '라벨 종류가 너무 많음',
  number_format: '숫자가 아님',
  number_not_finite: '유한한 수가 아님',
  number_too_long: '숫자가 너무 김',
  probability_range: '확률이 0과 1 사이가 아님',
  probability_sum: '확률의 합이 1이 아님',
  item_repeated: '항목 중복',
  solution_value: '쓸 수 없는 값',
  metric_undefined: '점수를 계산할 수 없음',
  score_not_finite: '점수가 유한하지 않음',
}

const quoted = (text: string) => `‘${text}’`
const theValue = (fault: Told) => quoted(fault.value ?? '')
const columnOf = (fault: Told) => (fault.name ? `${fault.name} 열` : '값')

/** What the server's sentence proposes: `did you mean 'mask'?`, `Write 0.5.` */
function advice({ message }: Told): string {
  const meant = message.match(/did you mean '(.+?)'\?/)?.[1]
  if (meant) return ` ${josa(quoted(meant), '을/를')} 쓰려고 했는지 확인해 주십시오.`
  const either = message.match(/Write (\S+?) if it parts thousands, (\S+?) if it is a decimal comma/)
  if (either)
    return ` 쉼표가 천 단위 구분이면 ${either[1]}, 소수점이면 ${josa(either[2] ?? '', '으로/로')} 적어 주십시오.`
  const fixed = message.match(/Write ([^ ]+?)(?:\.$|\. |,? \()/)?.[1]
  if (fixed && fixed !== 'its') return ` ${josa(fixed, '으로/로')} 적어 주십시오.`
  if (/argmax/.test(message)) return ' 확률이나 실숫값이 아니라 클래스를 적어야 합니다(argmax).'
  if (/Do your classes start at 1/.test(message)) return ' 클래스 번호가 1부터 시작하는지 확인해 주십시오.'
  if (/Send the name of the class/.test(message)) return ' 번호가 아니라 클래스 이름을 적어 주십시오.'
  return ''
}

/** The whole numbers of the server's sentence, without those of its place ("line 7, column 2:"). */
function counts({ message }: Told): string[] {
  return message.replace(/^[Ll]ine [\d,]+(, column [\d,]+)?:?/, '').match(/\d[\d,]*/g) ?? []
}

const sentences: Record<string, (fault: Told) => string> = {
  file_too_large: () => '파일이 크기 한도를 넘었습니다.',
  empty_file: () => '내용이 없습니다. 머리글 한 줄과 예측값을 적어 주십시오.',
  not_csv: ({ message }) => {
    const kind = [
      ['zip', '압축 파일'],
      ['tar', '압축 파일'],
      ['gzip', '압축 파일'],
      ['HTML', 'HTML 페이지'],
      ['XML', 'XML 파일'],
      ['JSON', 'JSON 파일'],
      ['Excel', '엑셀 파일'],
      ['Word', '워드 문서'],
      ['Parquet', 'Parquet 파일'],
    ].find(([sign]) => message.includes(sign ?? ''))?.[1]
    return kind
      ? `${kind}입니다. CSV로 저장해서 보내 주십시오.`
      : 'CSV로 읽을 수 없습니다. 쉼표로 구분한 텍스트로 저장해 주십시오.'
  },
  not_utf8: () => 'UTF-8이 아닌 글자가 있습니다. UTF-8로 다시 저장해 주십시오.',
  cut_off: () => '파일이 중간에 끊겼습니다. 다시 저장하거나 다시 보내 주십시오.',
  control_character: () => '텍스트 파일에 있을 수 없는 제어 문자가 있습니다. 지워 주십시오.',
  line_too_long: () => '줄이 너무 깁니다. 줄바꿈이 빠졌는지 확인해 주십시오.',
  value_too_long: (fault) => `${columnOf(fault)}의 값이 너무 깁니다.`,
  bad_quote: () =>
    '큰따옴표의 위치가 잘못되었습니다. 지우거나, 값 전체를 감싸고 안의 큰따옴표는 두 번 적어 주십시오.',
  quote_not_closed: () => '큰따옴표가 닫히지 않았습니다. 닫거나 지워 주십시오.',
  wrong_separator: () => '쉼표가 아닌 문자로 열을 구분했습니다. 쉼표로 구분해 주십시오.',
  no_header: (fault) => {
    const wanted = fault.message.match(/must be '(.+?)'/)?.[1]
    return `첫 줄은 머리글이어야 합니다${wanted ? `: ${wanted}` : '.'}`
  },
  column_missing: (fault) => {
    const names = fault.name ? quoted(fault.name) : fault.message.match(/'(.+?)'/)?.[0]
    return names ? `${names} 열이 없습니다.${advice(fault)}` : '있어야 할 열이 없습니다.'
  },
  column_unexpected: (fault) =>
    `${fault.name || fault.value ? `${quoted(fault.name ?? fault.value ?? '')} 열은` : '이 열은'} 필요하지 않습니다. 지워 주십시오.${advice(fault)}`,
  column_repeated: (fault) =>
    `${fault.name ? `${quoted(fault.name)} 열이` : '같은 열이'} 두 번 나옵니다. 하나만 남겨 주십시오.`,
  column_name: () => '열 이름이 비어 있거나 보이지 않는 문자가 들어 있습니다. 이름을 고쳐 주십시오.',
  pandas_index: () => 'pandas가 붙인 인덱스 열입니다. to_csv(..., index=False)로 저장해 주십시오.',
  row_width: (fault) => {
    const [values, names] = counts(fault)
    const why = /extra comma/.test(fault.message)
      ? ' 끝에 쉼표가 더 있습니다.'
      : /comma missing/.test(fault.message)
        ? ' 쉼표가 빠졌는지 확인해 주십시오.'
        : /contain a comma/.test(fault.message)
          ? ' 쉼표가 들어 있는 값은 큰따옴표로 감싸 주십시오.'
          : ''
    return values && names
      ? `머리글은 ${names}열인데 이 줄은 값이 ${values}개입니다.${why}`
      : `값의 개수가 머리글과 다릅니다.${why}`
  },
  no_rows: () => '머리글만 있고 예측값이 없습니다. 저장이 중간에 끝났는지 확인해 주십시오.',
  too_many_rows: () => '필요한 것보다 행이 훨씬 많습니다. 학습 데이터를 보낸 것은 아닌지 확인해 주십시오.',
  header_repeated: () => '머리글이 다시 나옵니다. 파일을 이어 붙였다면 첫 머리글만 남겨 주십시오.',
  id_empty: () => 'id가 비어 있습니다.',
  id_unknown: (fault) => `${josa(theValue(fault), '은/는')} 이 대회에 없는 id입니다.${advice(fault)}`,
  id_rewritten: (fault) =>
    `스프레드시트가 id를 바꾼 것 같습니다: ${theValue(fault)}. id 열을 텍스트 형식으로 두거나 코드로 저장해 주십시오.`,
  id_character: () => 'id에 보이지 않는 문자나 줄바꿈이 들어 있습니다. 지워 주십시오.',
  id_repeated: (fault) => {
    const lines = fault.message.match(/lines (\d+)(?: \(.*?\))? and (\d+)/)
    const where = lines ? ` (${lines[1]}번째 줄과 ${lines[2]}번째 줄)` : ''
    return `${josa(theValue(fault), '이/가')} 두 번 나옵니다${where}. id마다 한 행만 남겨 주십시오.`
  },
  ids_missing: (fault) => {
    const [missing, all] = fault.message.match(/(\d+) of (\d+) ids/)?.slice(1) ?? []
    const first = fault.value ? `, 첫 번째는 ${theValue(fault)}입니다` : ''
    return missing
      ? `전체 id ${Number(all).toLocaleString('ko')}개 중 ${Number(missing).toLocaleString('ko')}개의 행이 없습니다${first}.`
      : `행이 없는 id가 있습니다${first}.`
  },
  value_empty: (fault) => `${josa(columnOf(fault), '이/가')} 비어 있습니다.`,
  value_missing: (fault) =>
    `${columnOf(fault)}에 결측값 ${josa(theValue(fault), '이/가')} 있습니다. 저장하기 전에 채워 주십시오.`,
  value_character: () => '값에 보이지 않는 문자나 줄바꿈이 들어 있습니다. 지워 주십시오.',
  label_unknown: (fault) => `${josa(theValue(fault), '은/는')} 정해진 클래스가 아닙니다.${advice(fault)}`,
  label_format: (fault) => `${josa(theValue(fault), '은/는')} 클래스로 읽을 수 없습니다.${advice(fault)}`,
  too_many_labels: () => '서로 다른 라벨이 너무 많습니다. 숫자를 예측한 것은 아닌지 확인해 주십시오.',
  number_format: (fault) => `${josa(theValue(fault), '은/는')} 숫자가 아닙니다.${advice(fault)}`,
  number_not_finite: (fault) =>
    `${josa(theValue(fault), '은/는')} 유한한 수가 아닙니다. 예측하지 못한 값은 저장하기 전에 채워 주십시오.`,
  number_too_long: () => '숫자가 너무 깁니다. 자릿수를 줄여 주십시오.',
  probability_range: (fault) =>
    `${josa(theValue(fault), '은/는')} 0과 1 사이의 확률이 아닙니다.${advice(fault)}`,
  probability_sum: (fault) => {
    const sum = fault.message.match(/sum(?:s)? to (-?[\d.]+)/)?.[1] ?? fault.value
    return `확률의 합이 1이어야 합니다${sum ? `. 이 행의 합은 ${sum}입니다.` : '.'}`
  },
  item_repeated: (fault) =>
    `${josa(theValue(fault), '이/가')} 한 목록에 두 번 나옵니다. 하나만 남겨 주십시오.`,
  solution_value: (fault) =>
    `${columnOf(fault)}에 쓸 수 없는 값이 있습니다${fault.value ? `: ${theValue(fault)}` : ''}.`,
  metric_undefined: () => '이 예측으로는 평가 지표를 계산할 수 없습니다.',
  score_not_finite: () => '점수가 무한대입니다. 예측값의 범위를 확인해 주십시오.',
}

export const faultText: Text['faultText'] = (fault) =>
  fault.message_ko ?? sentences[fault.code]?.(fault) ?? fault.message

const notices: Record<string, (message: string) => string> = {
  byte_order_mark: () => '파일 맨 앞의 바이트 순서 표시(BOM)를 건너뛰었습니다.',
  line_ends: () => '윈도우나 옛 맥의 줄바꿈을 그대로 읽었습니다.',
  empty_lines: (message) => {
    const lines = message.match(/\d+/)?.[0]
    return lines ? `빈 줄 ${lines}개를 건너뛰었습니다.` : '빈 줄을 건너뛰었습니다.'
  },
  header_case: () => '열 이름의 대소문자가 달랐지만 같은 열로 읽었습니다.',
  blanks: () => '값이나 열 이름 앞뒤의 공백을 지웠습니다.',
  column_order: () => '열의 순서가 달라 이름으로 맞췄습니다.',
  empty_column: () => '이름 없는 빈 마지막 열을 무시했습니다.',
  whole_numbers: () => '소수로 적힌 라벨(예: 1.0)을 정수로 읽었습니다.',
  composition: () => '유니코드 표기(자모 조합)가 다른 id를 같은 id로 읽었습니다.',
  scaled: () => '합이 1과 조금 다른 확률을 합이 1이 되도록 맞췄습니다.',
  tiny_negative: () => '0에 아주 가까운 음수를 0으로 읽었습니다.',
  label_repeated: () => '한 행에 두 번 나온 라벨을 한 번만 읽었습니다.',
  new_labels: (message) => {
    const label = message.match(/'(.+?)'/)?.[1]
    return `정답에 없는 라벨이 있습니다${label ? `(예: ${label})` : ''}. 해당 행은 틀린 것으로 채점합니다.`
  },
}

export const noticeText: Text['noticeText'] = ({ code, message }) => notices[code]?.(message) ?? message

// Fields have one code, `invalid`: the name of the field tells which rule was broken.
const fields: Record<string, string> = {
  name: '이름은 2자 이상 40자 이하이며, @와 보이지 않는 문자를 쓸 수 없습니다.',
  email: '이메일 주소의 형식이 맞지 않습니다.',
  password: '10자 이상이며 흔하지 않은 비밀번호를 입력해 주십시오.',
  team_name: '팀 이름은 1자 이상 40자 이하이며, 보이지 않는 문자를 쓸 수 없습니다.',
  title: '제목은 1자 이상 200자 이하로 적어 주십시오.',
  markdown: '내용이 비어 있거나 너무 깁니다.',
}

export const fieldText: Text['fieldText'] = (fault) =>
  fault && (fault.message_ko ?? fields[fault.name ?? ''] ?? sentences[fault.code]?.(fault) ?? fault.message)
