import { Dialog } from '@base-ui/react/dialog'
import { getRouteApi, Link } from '@tanstack/react-router'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Download from 'lucide-react/icons/download'
import X from 'lucide-react/icons/x'
import { urls } from '../../api/client.ts'
import type { DataFile } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { ButtonAnchor, IconButton } from '../../ui/button.tsx'
import styles from './image-grid.module.css'

const route = getRouteApi('/competitions/$slug/data')

/** Small copies of the pictures of a folder; a click shows one in full. */
export function ImageGrid({
  slug,
  images,
  opened,
}: {
  slug: string
  images: DataFile[]
  opened: string | undefined
}) {
  const { t } = useWords()
  const navigate = route.useNavigate()
  const open = (path: string | undefined) =>
    void navigate({
      search: (old) => ({ ...old, file: path }),
      resetScroll: false,
      replace: opened !== undefined,
    })
  const index = images.findIndex((image) => image.path === opened)
  return (
    <>
      <ul className={styles.grid}>
        {images.map((image) => (
          <li key={image.path}>
            <Link
              from={route.id}
              to="."
              search={(old) => ({ ...old, file: image.path })}
              resetScroll={false}
              preload={false}
              className={styles.cell}
              aria-label={t.data.picture(image.name)}
            >
              <img
                src={urls.thumbnail(slug, image.path)}
                alt=""
                loading="lazy"
                decoding="async"
                width={256}
                height={256}
              />
              <span className={styles.name}>{image.name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Dialog.Root open={index >= 0} onOpenChange={(isOpen) => !isOpen && open(undefined)}>
        <Dialog.Portal>
          <Dialog.Backdrop className={styles.backdrop} />
          {index >= 0 && <Opened slug={slug} images={images} index={index} onOpen={open} />}
        </Dialog.Portal>
      </Dialog.Root>
    </>
  )
}

function Opened(props: { slug: string; images: DataFile[]; index: number; onOpen(path: string): void }) {
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
