import type { ApiProblem } from '../../api/problem.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './host.module.css'

/** A problem with every fault behind it: of a file by their lines, of a form or a folder by their names. */
export function FaultsNote(props: { problem: ApiProblem; by: 'line' | 'name' }) {
  const t = useText()
  const { problem, by } = props
  return (
    <ProblemNote error={problem}>
      {problem.errors.length > 0 && (
        <ul className={styles.faults}>
          {problem.errors.map((error) => (
            <li key={`${error.name}${error.line}${error.message}`}>
              {by === 'line' && error.line ? `${t.submit.line(error.line)}: ` : ''}
              {by === 'name' && error.name && <code>{error.name}</code>} {t.faultText(error)}
            </li>
          ))}
        </ul>
      )}
    </ProblemNote>
  )
}
