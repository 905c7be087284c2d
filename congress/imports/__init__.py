"""Excel in, Excel out: reading files people really have, planning every cell that will change, writing all or nothing.

``reading`` opens a file safely, ``table`` finds its header, ``values`` understands its cells, ``resource`` plans and writes
set-based on django-import-export's declaration of columns, ``running`` is the one way to do an import, ``sheets`` writes workbooks.
Each app registers its kinds in ``AppConfig.ready()`` through ``kinds``.
"""
