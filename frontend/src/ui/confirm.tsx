import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Button } from './button.tsx'

const load = () => import('./confirm-dialog.tsx')
const ConfirmDialog = lazy(() => load().then((module) => ({ default: module.ConfirmDialog })))

/** A button that asks once before something that cannot be undone. */
export function Confirm(props: {
  children: ReactNode
  kind?: 'plain' | 'danger'
  /** Where the words on the button do not say what they act on. */
  label?: string
  disabled?: boolean
  title: string
  text: string
  action: string
  onConfirm(): void
}) {
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  return (
    <>
      <Button
        kind={props.kind ?? 'plain'}
        small
        aria-label={props.label}
        aria-haspopup="dialog"
        disabled={props.disabled}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => {
          setAsked(true)
          setOpen(true)
        }}
      >
        {props.children}
      </Button>
      {asked && (
        <Suspense>
          <ConfirmDialog
            open={open}
            onOpenChange={setOpen}
            title={props.title}
            text={props.text}
            action={props.action}
            onConfirm={props.onConfirm}
          />
        </Suspense>
      )}
    </>
  )
}
