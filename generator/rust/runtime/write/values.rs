//! Writers of standard types.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Entries, Result, Sink, Write};

impl Write for bool {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.boolean(*self)
    }
}

macro_rules! integers {
    ($($method:ident: $($ty:ident)*;)*) => {
        $($(impl Write for $ty {
            fn write(&self, to: &mut dyn Sink) -> Result {
                to.$method((*self).into())
            }
        })*)*
    };
}
integers! {
    signed: i8 i16 i32 i64;
    unsigned: u8 u16 u32 u64;
}

impl Write for f32 {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.single(*self)
    }
}

impl Write for f64 {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.double(*self)
    }
}

impl Write for str {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.string(self)
    }
}

impl Write for String {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.string(self)
    }
}

impl Write for Value {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.value(self)
    }
}

impl Write for Map<String, Value> {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.open_object()?;
        self.write_entries(to)?;
        to.close_object()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, to: &mut dyn Sink) -> Result {
        (**self).write(to)
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Write + ?Sized> Write for Box<T> {
    fn write(&self, to: &mut dyn Sink) -> Result {
        (**self).write(to)
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, to: &mut dyn Sink) -> Result {
        match self {
            Some(value) => value.write(to),
            None => to.null(),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, to: &mut dyn Sink) -> Result {
        list(to, &self)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Write, const LENGTH: usize> Write for [T; LENGTH] {
    fn write(&self, to: &mut dyn Sink) -> Result {
        self.as_slice().write(to)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, to: &mut dyn Sink) -> Result {
        self.as_slice().write(to)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Write> Write for BTreeMap<String, T> {
    fn write(&self, to: &mut dyn Sink) -> Result {
        to.open_object()?;
        self.write_entries(to)?;
        to.close_object()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// The items of a list.
trait Items {
    /// Writes the item at an index. Returns `false` if there is none.
    fn write_item(&self, index: usize, to: &mut dyn Sink) -> Result<bool>;
}

impl<T: Write> Items for &[T] {
    fn write_item(&self, index: usize, to: &mut dyn Sink) -> Result<bool> {
        match self.get(index) {
            Some(item) => item.write(to).map(|()| true),
            None => Ok(false),
        }
    }
}

fn list(to: &mut dyn Sink, items: &dyn Items) -> Result {
    to.open_list()?;
    let mut index = 0;
    while items.write_item(index, to)? {
        index += 1;
    }
    to.close_list()
}
