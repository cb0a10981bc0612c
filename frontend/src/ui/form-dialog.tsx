import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Button } from './button.tsx'
import type { FormPopupProps } from './form-popup.tsx'

const load = () => import('./form-popup.tsx')
const FormPopup = lazy(() => load().then((module) => ({ default: module.FormPopup })))

/** A button that asks for some words before it acts: a reason, a name, a number. */
export function FormDialog(
  props: Omit<FormPopupProps, 'open' | 'onOpenChange'> & {
    /** On the button. */
    children: ReactNode
    kind?: 'primary' | 'secondary' | 'plain' | 'danger'
    small?: boolean
    icon?: ReactNode
    /** Where the words on the button do not say what they act on. */
    label?: string
  },
) {
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  const { children, kind, small, icon, label, ...popup } = props
  return (
    <>
      <Button
        kind={kind ?? 'secondary'}
        small={small ?? false}
        icon={icon}
        aria-label={label}
        aria-haspopup="dialog"
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => {
          setAsked(true)
          setOpen(true)
        }}
      >
        {children}
      </Button>
      {asked && (
        <Suspense>
          <FormPopup {...popup} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  )
}
