/**
 * The questions that a page's template asks its host: lines of the form `> **Question:** …`. Answering puts text in their
 * place; the server refuses to publish while one is left.
 */

const mark = /^> \*\*(?:Question|질문):\*\* (.*)$/

export function questionsOf(markdown: string): string[] {
  return markdown.split('\n').flatMap((line) => line.match(mark)?.[1] ?? [])
}

/** The text with each question replaced by its answer. An empty answer leaves its question. */
export function answered(markdown: string, answers: readonly string[]): string {
  let question = 0
  return markdown
    .split('\n')
    .map((line) => (mark.test(line) ? answers[question++]?.trim() || line : line))
    .join('\n')
}

/** Whether a word of the manifest is still a question of the template. */
export const isQuestion = (text: string | null | undefined) => /^(Question|질문):/.test(text ?? '')
