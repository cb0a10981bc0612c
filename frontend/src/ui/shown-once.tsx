import type { ReactNode } from 'react'
import { Command } from './command.tsx'
import { Note } from './state.tsx'

/** A secret that was just made, to be copied now: nobody can see it again. */
export function ShownOnce(props: {
  title: string
  text: string
  /** Names the line for screen readers. */
  label: string
  secret: string
  children?: ReactNode
}) {
  return (
    <Note tone="good" title={props.title} alert>
      <p>{props.text}</p>
      <Command label={props.label} text={props.secret} />
      {props.children}
    </Note>
  )
}
