import { Dialog } from '@base-ui/react/dialog'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Download from 'lucide-react/icons/download'
import X from 'lucide-react/icons/x'
import { urls } from '../../api/client.ts'
import type { DataFile } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { ButtonAnchor, IconButton } from '../../ui/button.tsx'
import styles from './image-dialog.module.css'

/** One picture in full; arrow keys go to its neighbours. */
export function ImageDialog(props: {
  slug: string
  images: DataFile[]
  index: number
  onOpen(path: string | undefined): void
}) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onOpen(undefined)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Opened {...props} />
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Opened(props: {
  slug: string
  images: DataFile[]
  index: number
  onOpen(path: string | undefined): void
}) {
  const { t, language } = useWords()
  const { slug, images, index } = props
  const image = images[index]
  if (!image) return null
  const step = (by: number) => {
    const to = images[index + by]
    if (to) props.onOpen(to.path)
  }
  return (
    <Dialog.Popup
      className={styles.popup}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') step(-1)
        if (event.key === 'ArrowRight') step(1)
      }}
    >
      <div className={styles.bar}>
        <Dialog.Title className={styles.title}>{image.name}</Dialog.Title>
        <span className={styles.size}>{formatBytes(image.bytes, language)}</span>
        <IconButton
          label={t.data.previous}
          icon={<ChevronLeft />}
          disabled={index === 0}
          onClick={() => step(-1)}
        />
        <IconButton
          label={t.data.next}
          icon={<ChevronRight />}
          disabled={index === images.length - 1}
          onClick={() => step(1)}
        />
        <ButtonAnchor
          href={urls.file(slug, image.path)}
          download={image.name}
          small
          icon={<Download aria-hidden="true" />}
        >
          {t.data.download}
        </ButtonAnchor>
        <Dialog.Close render={<IconButton label={t.common.close} icon={<X />} />} />
      </div>
      <img className={styles.picture} src={urls.file(slug, image.path)} alt={image.name} />
    </Dialog.Popup>
  )
}
