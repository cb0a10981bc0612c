//! torch's `.pth` files, read without Python: a pickle is a program for a small stack machine, and this one can build
//! numbers, texts, lists, dictionaries and tensors, and call nothing. A file that wants more is refused.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read as _};
use std::rc::Rc;

use tch::{Kind, Tensor};

use crate::checkpoint::Tensors;

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum PickleError {
    /// It stops too early.
    #[error("the file ends in the middle")]
    Short,
    /// It calls something.
    #[error("it wants to call {0}, which weights do not need")]
    Call(String),
    /// An instruction that weights do not need.
    #[error("it has the instruction {0:#04x}, which weights do not need")]
    Instruction(u8),
    /// Instructions that do not fit together.
    #[error("its instructions do not fit together")]
    Stack,
    /// Not what `torch.save` writes of a state dict.
    #[error("it is not a dictionary of tensors")]
    Form,
    /// A tensor outside its storage.
    #[error("'{0}' lies outside its storage")]
    Outside(String),
    /// The archive around it.
    #[error("its archive cannot be read: {0}")]
    Archive(#[from] zip::result::ZipError),
}

/// A thing on the machine's stack. Lists and dictionaries are shared, because they are filled after they were remembered.
#[derive(Clone, Debug)]
enum Value {
    None,
    Bool,
    Int(i64),
    Text(Rc<str>),
    Tuple(Rc<Vec<Value>>),
    List(Rc<RefCell<Vec<Value>>>),
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    Global(Rc<str>),
    Storage(Storage),
    View(Rc<View>),
    Mark,
}

/// Numbers of one tensor or several.
#[derive(Clone, Debug)]
struct Storage {
    key: Rc<str>,
    kind: Kind,
}

/// A tensor: a part of a storage, perhaps not in its order.
#[derive(Debug)]
struct View {
    storage: Storage,
    offset: i64,
    size: Vec<i64>,
    strides: Vec<i64>,
}

/// The tensors of a file that `torch.save(model.state_dict(), …)` wrote, in the old form or in the one since 1.6.
pub(super) fn tensors(bytes: &[u8]) -> Result<Tensors, PickleError> {
    if bytes.starts_with(b"PK") { archived(bytes) } else { legacy(bytes) }
}

fn archived(bytes: &[u8]) -> Result<Tensors, PickleError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let name =
        archive.file_names().flatten().find(|name| name.ends_with("/data.pkl")).ok_or(PickleError::Form)?.into_owned();
    let root = name.trim_end_matches("data.pkl").to_owned();
    let mut read = |name: &str| -> Result<Vec<u8>, PickleError> {
        let mut content = Vec::new();
        archive.by_name(name)?.read_to_end(&mut content).map_err(|_| PickleError::Short)?;
        Ok(content)
    };
    let program = read(&name)?;
    let dictionary = Machine::new(&program).run()?;
    let mut storages = HashMap::new();
    build(&dictionary, |storage| {
        if let Some(known) = storages.get(&storage.key) {
            return Ok(Rc::clone(known));
        }
        let content = Rc::new(read(&format!("{root}data/{}", storage.key))?);
        storages.insert(Rc::clone(&storage.key), Rc::clone(&content));
        Ok(content)
    })
}

/// Magic number, version, and facts about the machine, each a pickle; then the dictionary; then the keys of the storages,
/// and their bytes in that order, each behind its count.
fn legacy(bytes: &[u8]) -> Result<Tensors, PickleError> {
    let mut machine = Machine::new(bytes);
    for _ in 0..3 {
        machine.run()?;
    }
    let dictionary = machine.run()?;
    let Value::List(keys) = machine.run()? else { return Err(PickleError::Form) };
    let mut kinds = HashMap::new();
    for (_, view) in entries(&dictionary)? {
        kinds.insert(Rc::clone(&view.storage.key), view.storage.kind);
    }
    let mut storages = HashMap::new();
    for key in keys.borrow().iter() {
        let Value::Text(key) = key else { return Err(PickleError::Form) };
        let count = u64::from_le_bytes(machine.take(8)?.try_into().map_err(|_| PickleError::Short)?);
        let kind = kinds.get(key).ok_or(PickleError::Form)?;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(kind.elt_size_in_bytes()));
        let content = machine.take(length.ok_or(PickleError::Short)?)?.to_vec();
        storages.insert(Rc::clone(key), Rc::new(content));
    }
    build(&dictionary, |storage| storages.get(&storage.key).cloned().ok_or(PickleError::Short))
}

/// A tensor with its name.
type Entry = (Rc<str>, Rc<View>);

fn entries(dictionary: &Value) -> Result<Vec<Entry>, PickleError> {
    let Value::Dict(items) = dictionary else { return Err(PickleError::Form) };
    items
        .borrow()
        .iter()
        .map(|item| match item {
            (Value::Text(name), Value::View(view)) => Ok((Rc::clone(name), Rc::clone(view))),
            _ => Err(PickleError::Form),
        })
        .collect()
}

fn build(
    dictionary: &Value,
    mut content: impl FnMut(&Storage) -> Result<Rc<Vec<u8>>, PickleError>,
) -> Result<Tensors, PickleError> {
    let mut tensors = BTreeMap::new();
    for (name, view) in entries(dictionary)? {
        let bytes = content(&view.storage)?;
        let tensor = view.tensor(&bytes).ok_or_else(|| PickleError::Outside(name.to_string()))?;
        tensors.insert(name.to_string(), tensor);
    }
    Ok(tensors)
}

impl View {
    /// The tensor in its own order; strides are obeyed, because some files hold transposed weights.
    fn tensor(&self, bytes: &[u8]) -> Option<Tensor> {
        let size = self.storage.kind.elt_size_in_bytes();
        let length = i64::try_from(bytes.len() / size).ok()?;
        let mut last = self.offset;
        for (size, stride) in self.size.iter().zip(&self.strides) {
            if *size == 0 {
                return Some(Tensor::zeros(self.size.as_slice(), (self.storage.kind, tch::Device::Cpu)));
            }
            last = last.checked_add(size.checked_sub(1)?.checked_mul(*stride)?)?;
        }
        let is_inside = self.offset >= 0 && last < length && self.strides.iter().all(|stride| *stride >= 0);
        if !is_inside || self.size.len() != self.strides.len() || self.size.iter().any(|size| *size < 0) {
            return None;
        }
        let whole = Tensor::f_from_data_size(&bytes[..length as usize * size], &[length], self.storage.kind).ok()?;
        whole.f_as_strided(self.size.as_slice(), self.strides.as_slice(), self.offset).ok()?.f_contiguous().ok()
    }
}

/// The stack machine, somewhere in its program.
struct Machine<'a> {
    program: &'a [u8],
    stack: Vec<Value>,
    memory: HashMap<u32, Value>,
}

impl<'a> Machine<'a> {
    fn new(program: &'a [u8]) -> Self {
        Self { program, stack: Vec::new(), memory: HashMap::new() }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PickleError> {
        let (taken, rest) = self.program.split_at_checked(count).ok_or(PickleError::Short)?;
        self.program = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        self.take(N)?.try_into().map_err(|_| PickleError::Short)
    }

    fn line(&mut self) -> Result<&'a str, PickleError> {
        let end = self.program.iter().position(|byte| *byte == b'\n').ok_or(PickleError::Short)?;
        let line = self.take(end + 1)?;
        std::str::from_utf8(&line[..end]).map_err(|_| PickleError::Form)
    }

    fn pop(&mut self) -> Result<Value, PickleError> {
        self.stack.pop().ok_or(PickleError::Stack)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, PickleError> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark)).ok_or(PickleError::Stack)?;
        let values = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(values)
    }

    fn push_tuple(&mut self, count: usize) -> Result<(), PickleError> {
        let start = self.stack.len().checked_sub(count).ok_or(PickleError::Stack)?;
        let values = self.stack.split_off(start);
        self.stack.push(Value::Tuple(Rc::new(values)));
        Ok(())
    }

    fn put(&mut self, values: Vec<Value>) -> Result<(), PickleError> {
        let Some(Value::Dict(items)) = self.stack.last() else { return Err(PickleError::Stack) };
        let mut values = values.into_iter();
        while let Some(key) = values.next() {
            items.borrow_mut().push((key, values.next().ok_or(PickleError::Stack)?));
        }
        Ok(())
    }

    fn append(&mut self, values: Vec<Value>) -> Result<(), PickleError> {
        let Some(Value::List(items)) = self.stack.last() else { return Err(PickleError::Stack) };
        items.borrow_mut().extend(values);
        Ok(())
    }

    fn remember(&mut self, place: u32) -> Result<(), PickleError> {
        let value = self.stack.last().ok_or(PickleError::Stack)?.clone();
        self.memory.insert(place, value);
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<(), PickleError> {
        let value = self.memory.get(&place).ok_or(PickleError::Stack)?.clone();
        self.stack.push(value);
        Ok(())
    }

    /// Runs to the end of one pickle.
    fn run(&mut self) -> Result<Value, PickleError> {
        self.stack.clear();
        self.memory.clear();
        loop {
            let value = match self.number::<1>()?[0] {
                0x80 => {
                    self.take(1)?;
                    continue;
                }
                b'.' => return self.pop(),
                b'(' => Value::Mark,
                b'N' => Value::None,
                0x88 | 0x89 => Value::Bool,
                b'J' => Value::Int(i64::from(i32::from_le_bytes(self.number()?))),
                b'K' => Value::Int(i64::from(self.number::<1>()?[0])),
                b'M' => Value::Int(i64::from(u16::from_le_bytes(self.number()?))),
                0x8a => Value::Int(self.long()?),
                b'X' => {
                    let length = u32::from_le_bytes(self.number()?) as usize;
                    let text = std::str::from_utf8(self.take(length)?).map_err(|_| PickleError::Form)?;
                    Value::Text(text.into())
                }
                b')' => Value::Tuple(Rc::default()),
                b'}' => Value::Dict(Rc::default()),
                b']' => Value::List(Rc::default()),
                b'c' => {
                    let name = format!("{}.{}", self.line()?, self.line()?);
                    Value::Global(name.into())
                }
                b'q' => {
                    let place = u32::from(self.number::<1>()?[0]);
                    self.remember(place)?;
                    continue;
                }
                b'r' => {
                    let place = u32::from_le_bytes(self.number()?);
                    self.remember(place)?;
                    continue;
                }
                b'h' => {
                    let place = u32::from(self.number::<1>()?[0]);
                    self.recall(place)?;
                    continue;
                }
                b'j' => {
                    let place = u32::from_le_bytes(self.number()?);
                    self.recall(place)?;
                    continue;
                }
                b't' => Value::Tuple(Rc::new(self.pop_to_mark()?)),
                code @ 0x85..=0x87 => {
                    self.push_tuple(usize::from(code - 0x84))?;
                    continue;
                }
                b's' => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.put(vec![key, value])?;
                    continue;
                }
                b'u' => {
                    let values = self.pop_to_mark()?;
                    self.put(values)?;
                    continue;
                }
                b'a' => {
                    let value = self.pop()?;
                    self.append(vec![value])?;
                    continue;
                }
                b'e' => {
                    let values = self.pop_to_mark()?;
                    self.append(values)?;
                    continue;
                }
                // Attributes, such as the state dict's versions, say nothing about weights.
                b'b' => {
                    self.pop()?;
                    continue;
                }
                b'Q' => storage(&self.pop()?)?,
                b'R' => {
                    let arguments = self.pop()?;
                    call(&self.pop()?, &arguments)?
                }
                code => return Err(PickleError::Instruction(code)),
            };
            self.stack.push(value);
        }
    }

    /// A whole number of up to 255 bytes; torch's magic number has ten, of which the low eight are enough.
    fn long(&mut self) -> Result<i64, PickleError> {
        let length = usize::from(self.number::<1>()?[0]);
        let bytes = self.take(length)?;
        let fill = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
        let mut low = [fill; 8];
        for (low, byte) in low.iter_mut().zip(bytes) {
            *low = *byte;
        }
        Ok(i64::from_le_bytes(low))
    }
}

/// `("storage", torch.FloatStorage, key, place, count, …)`.
fn storage(value: &Value) -> Result<Value, PickleError> {
    let Value::Tuple(parts) = value else { return Err(PickleError::Form) };
    match parts.as_slice() {
        [Value::Text(what), Value::Global(kind), Value::Text(key), ..] if &**what == "storage" => {
            let kind = match &**kind {
                "torch.FloatStorage" => Kind::Float,
                "torch.HalfStorage" => Kind::Half,
                "torch.BFloat16Storage" => Kind::BFloat16,
                "torch.DoubleStorage" => Kind::Double,
                "torch.LongStorage" => Kind::Int64,
                other => return Err(PickleError::Call(other.to_owned())),
            };
            Ok(Value::Storage(Storage { key: Rc::clone(key), kind }))
        }
        _ => Err(PickleError::Form),
    }
}

/// The two calls that weights consist of.
fn call(function: &Value, arguments: &Value) -> Result<Value, PickleError> {
    let (Value::Global(name), Value::Tuple(arguments)) = (function, arguments) else { return Err(PickleError::Stack) };
    match (&**name, arguments.as_slice()) {
        ("collections.OrderedDict", []) => Ok(Value::Dict(Rc::default())),
        (
            "torch._utils._rebuild_tensor_v2",
            [Value::Storage(storage), Value::Int(offset), Value::Tuple(size), Value::Tuple(strides), ..],
        ) => {
            let numbers = |values: &[Value]| {
                values
                    .iter()
                    .map(|value| if let Value::Int(number) = value { Ok(*number) } else { Err(PickleError::Form) })
                    .collect::<Result<Vec<i64>, _>>()
            };
            let (size, strides) = (numbers(size)?, numbers(strides)?);
            Ok(Value::View(Rc::new(View { storage: storage.clone(), offset: *offset, size, strides })))
        }
        (other, _) => Err(PickleError::Call(other.to_owned())),
    }
}
