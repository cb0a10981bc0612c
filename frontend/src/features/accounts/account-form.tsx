import type { FormEvent, ReactNode } from 'react'
import { usePageTitle } from '../../lib/use-page-title.ts'
import styles from './account-form.module.css'
import { Contact } from './contact.tsx'

/** The page around a short form: sign in, sign up, set up. */
export function AccountForm(props: {
  title: string
  text?: string
  onSubmit(form: FormData): void
  children: ReactNode
  footer?: ReactNode
}) {
  usePageTitle(props.title)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    props.onSubmit(new FormData(event.currentTarget))
  }
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{props.title}</h1>
      {props.text && <p className={styles.text}>{props.text}</p>}
      {/* The pages' own messages are in the reader's language; the browser's bubbles might not be. */}
      <form className={styles.form} onSubmit={submit} noValidate>
        {props.children}
      </form>
      <div className={styles.footer}>
        {props.footer}
        <Contact />
      </div>
    </div>
  )
}
