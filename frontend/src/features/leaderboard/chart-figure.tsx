import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWidth } from '../../lib/use-width.ts'
import { Button } from '../../ui/button.tsx'
import { Hidden } from '../../ui/hidden.tsx'
import styles from './chart-figure.module.css'

/** What a chart draws with: its size, and the value that the reader points at. */
export interface Drawing {
  width: number
  cursor: number | undefined
  /** The pointer is at this share of the plot's width, from 0 to 1. */
  onPoint(share: number): void
}

/**
 * A chart with its heading, one sentence about it, and the same numbers as a table. The drawing takes the focus: arrows
 * walk from value to value, Escape leaves. What the cursor is at is spoken and shown.
 */
export function ChartFigure(props: {
  title: string
  text: string
  height: number
  /** How many values the cursor walks over. */
  steps: number
  /** What stands at a value, as a line to speak. */
  read(step: number): string
  /** Shown at the cursor. */
  tip?: ((step: number) => ReactNode) | undefined
  draw(drawing: Drawing): ReactNode
  table: ReactNode
}) {
  const board = useBoardText()
  const { steps, height } = props
  const plot = useRef<HTMLDivElement>(null)
  const width = useWidth(plot)
  const [isTable, setTable] = useState(false)
  const [cursor, setCursor] = useState<number>()
  const at = cursor === undefined || steps === 0 ? undefined : Math.min(cursor, steps - 1)
  const textId = useId()
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: (at ?? steps) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: steps - 1 }[
      event.key
    ]
    if (event.key === 'Escape') setCursor(undefined)
    else if (to !== undefined) setCursor(Math.max(0, Math.min(steps - 1, to)))
    else return
    event.preventDefault()
  }
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.head}>
        <span>
          <strong className={styles.title}>{props.title}</strong>
          <span id={textId} className={styles.text}>
            {props.text}
          </span>
        </span>
        <Button kind="plain" small onClick={() => setTable(!isTable)}>
          {isTable ? board.asChart : board.asTable}
        </Button>
      </figcaption>
      {isTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table scrolls, and the keyboard must reach that
        <section className={styles.table} style={{ maxHeight: height }} tabIndex={0} aria-label={props.title}>
          {props.table}
        </section>
      ) : (
        <div
          ref={plot}
          className={styles.plot}
          style={{ height }}
          role="img"
          aria-label={`${props.title}. ${board.chartKeys}`}
          aria-describedby={textId}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read its values
          tabIndex={0}
          onKeyDown={onKeyDown}
          onBlur={() => setCursor(undefined)}
          onPointerLeave={() => setCursor(undefined)}
        >
          {width > 0 &&
            props.draw({
              width,
              cursor: at,
              onPoint: (share) => setCursor(Math.max(0, Math.min(steps - 1, Math.floor(share * steps)))),
            })}
          {at !== undefined && props.tip?.(at)}
        </div>
      )}
      <Hidden>
        <span role="status">{at === undefined ? '' : props.read(at)}</span>
      </Hidden>
    </figure>
  )
}
